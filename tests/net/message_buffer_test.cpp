#include "net/message_buffer.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

namespace holdfast::net {
namespace {

// Hands `text` to the buffer as far as it has room.
void feed(MessageBuffer& buffer, std::string_view& text) {
  const auto room = buffer.room();
  const std::string_view part = text.substr(0, room.size());
  std::memcpy(room.data(), part.data(), part.size());
  buffer.filled(part.size());
  text.remove_prefix(part.size());
}

TEST(MessageBuffer, KeepsNoMemoryUntilBytesComeAndGivesItBackBetweenMessages) {
  MessageBuffer buffer(1000, true);
  EXPECT_FALSE(buffer.holds_memory());
  for (int i = 0; i < 2; ++i) {
    buffer.next_message();
    EXPECT_FALSE(*buffer.head());
    std::string_view text = "GET / HTTP/1.1\r\n\r\n";
    feed(buffer, text);
    EXPECT_EQ(**buffer.head(), "GET / HTTP/1.1\r\n\r\n");
    EXPECT_TRUE(buffer.holds_memory());
    buffer.next_message();
    buffer.give_back();
    EXPECT_FALSE(buffer.holds_memory());
  }
}

TEST(MessageBuffer, HeadsOfEverySizeStayWhereTheyAreWhileTheirBodyIsRead) {
  for (const std::size_t size :
       {100UL, 12'287UL, 12'288UL, 16'383UL, 16'384UL, 16'385UL, 32'767UL, 32'768UL}) {
    const std::string head = "GET /" + std::string(size - 9, 'h') + "\r\n\r\n";
    const std::string body(50'000, 'b');
    const std::string all = head + body + "next";
    std::string_view text = all;
    MessageBuffer buffer(40'000, true);
    auto found = buffer.head();
    while (found && !*found) {
      feed(buffer, text);
      found = buffer.head();
    }
    ASSERT_TRUE(found) << size;
    buffer.start_body(Framing::length, body.size());
    std::string read;
    while (!buffer.body_finished()) {
      const auto piece = buffer.piece();
      ASSERT_TRUE(piece);
      if (*piece) {
        read += **piece;
      } else {
        feed(buffer, text);
      }
    }
    EXPECT_EQ(read, body) << size;
    EXPECT_EQ(**found, head) << size;
    buffer.next_message();
    while (!text.empty())
      feed(buffer, text);
    EXPECT_EQ(buffer.unread(), "next") << size;
  }
}

}  // namespace
}  // namespace holdfast::net
