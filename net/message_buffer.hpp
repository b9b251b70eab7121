// The bytes of one direction of one connection, and how far they have been read: a head that stays where it
// is while its body is decoded behind it, then what was pipelined after it. Server and client share it. Pure:
// whoever owns it does the reading.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "core/result.hpp"
#include "net/chunk_decoder.hpp"
#include "net/http_message.hpp"

namespace holdfast::net {

class MessageBuffer {
 public:
  // `lenient_start`: one empty line before the start line is skipped (RFC 9112 §2.2, for requests).
  MessageBuffer(std::size_t max_head, bool lenient_start);

  // Forgets the last message, keeps the bytes that came after it. Views of it end here.
  void next_message();

  // The head's bytes, once they are complete; nullopt asks for more. Errors: too_large, malformed (an empty
  // start line, a bare LF).
  Result<std::optional<std::string_view>> head();
  // True when no byte of this message has come.
  [[nodiscard]] bool untouched() const { return end_ == 0; }

  // Where the next bytes go; never empty. While a head is read this may move what was read.
  std::span<char> room();
  void filled(std::size_t n) { end_ += n; }

  // Between messages: whether memory waits for bytes, and giving it back until room() is asked for again.
  [[nodiscard]] bool holds_memory() const { return capacity_ > 0; }
  void give_back();

  void start_body(Framing framing, std::uint64_t length);
  // The next decoded piece; empty: the body's end; nullopt: more bytes are needed. Valid until room().
  Result<std::optional<std::string_view>> piece();
  // The peer ended: that completes a body which ends so, and cuts any other short (closed).
  Result<void> peer_ended();
  [[nodiscard]] bool body_finished() const;

  // For a body of known length that is wanted whole: it can come to stand in this buffer, and it does.
  [[nodiscard]] bool whole_fits() const { return at_ + left_ <= capacity_; }
  [[nodiscard]] bool whole_here() const { return left_ <= end_ - at_; }
  [[nodiscard]] std::uint64_t left() const { return left_; }
  // Bytes of that body which the owner read elsewhere.
  void read_elsewhere(std::size_t n) { left_ -= n; }

  // Bytes that belong to no message yet.
  [[nodiscard]] std::string_view unread() const { return {bytes_.get() + at_, end_ - at_}; }

 private:
  void grow(std::size_t capacity);

  const std::size_t max_head_;
  const bool lenient_start_;
  std::unique_ptr<char[]> bytes_;
  std::size_t capacity_ = 0;
  std::size_t head_ = 0;   // where the head ends; 0 while it is incomplete
  std::size_t start_ = 0;  // where it starts: 2 after an empty line
  std::size_t line_ = 0;   // where the line being looked at starts
  std::size_t scanned_ = 0;
  std::size_t at_ = 0;  // what is before it is read
  std::size_t end_ = 0;
  Framing framing_ = Framing::none;
  std::uint64_t left_ = 0;
  bool ended_ = false;
  ChunkDecoder chunks_;
};

}  // namespace holdfast::net
