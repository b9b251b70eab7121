// Composing in one pass: the same text as json::ObjectText makes of the same members.
#include "core/json_members.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "core/json.hpp"
#include "core/json_text.hpp"

namespace holdfast::json {
namespace {

std::string braced(const Text& members) {
  return std::string("{").append(members.view().substr(0, members.size() - 1)).append("}");
}

std::string random_text(std::mt19937& random) {
  static constexpr std::string_view kPieces[] = {
      "a", "7", "\"", "\\", "\n", "\x1f", "\x7f", "\xc3\xa9", "\xff", "\xf0\x9f\x98\x80", "sha256:", " "};
  std::string text;
  for (auto n = random() % 30; n > 0; --n)
    text += kPieces[random() % std::size(kPieces)];
  return text;
}

TEST(SortedMembers, MakeTheTextThatAnObjectMakes) {
  std::mt19937 random(7);
  for (int round = 0; round < 2'000; ++round) {
    const std::string text = random_text(random), utf8 = to_utf8(random_text(random));
    const auto large = std::uint64_t{random()} << (random() % 32);
    const auto number = -static_cast<std::int64_t>(random());
    std::array<std::uint8_t, 32> hash{};
    std::string hex;
    for (std::uint8_t& byte : hash) {
      byte = static_cast<std::uint8_t>(random());
      hex.append(kHexDigits[byte].begin(), kHexDigits[byte].end());
    }

    Text members;
    SortedMembers(&members)
        .set("a", utf8)
        .set_repaired("b", text)
        .set_object("c", [](SortedMembers&) {})
        .set_object("d",
                    [&](SortedMembers& inner) { inner.set("x", large).set("y", number).set_hex("z", hash); })
        .set_raw("e", "[1]")
        .set_word("f", "a-word");
    ObjectText inner, object;
    inner.set("x", large).set("y", number).set("z", hex);
    object.set("a", utf8).set("b", to_utf8(text)).set("c", ObjectText()).set("d", inner);
    object.set_raw("e", "[1]").set("f", "a-word");
    ASSERT_EQ(braced(members), object.text());
    const auto read = parse(braced(members), {});
    ASSERT_TRUE(read) << braced(members);
    ASSERT_EQ(to_canonical(read->root()), object.text());
  }
}

TEST(SortedMembers, WriteTheNumbersAtTheEnds) {
  Text members;
  SortedMembers(&members)
      .set("a", std::numeric_limits<std::uint64_t>::max())
      .set("b", std::numeric_limits<std::int64_t>::min())
      .set("c", std::uint64_t{0});
  EXPECT_EQ(members.view(), R"("a":18446744073709551615,"b":-9223372036854775808,"c":0,)");
}

}  // namespace
}  // namespace holdfast::json
