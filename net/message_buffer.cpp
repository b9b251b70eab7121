#include "net/message_buffer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cstring>

#include "net/http_strict.hpp"

namespace holdfast::net {
namespace {

constexpr std::size_t kInitial = 16 << 10;
// Room for body bytes behind the longest head: the head may not move once views of it are out.
constexpr std::size_t kBehindHead = 4 << 10;

}  // namespace

MessageBuffer::MessageBuffer(std::size_t max_head, bool lenient_start)
    : max_head_(max_head), lenient_start_(lenient_start) {}

void MessageBuffer::next_message() {
  const std::size_t kept = end_ - at_;
  if (capacity_ > kInitial && kept <= kInitial) {
    // A long head was an exception; what a connection holds while it idles is not its price.
    auto smaller = std::make_unique_for_overwrite<char[]>(kInitial);
    std::memcpy(smaller.get(), bytes_.get() + at_, kept);
    bytes_ = std::move(smaller);
    capacity_ = kInitial;
  } else if (kept > 0) {
    std::memmove(bytes_.get(), bytes_.get() + at_, kept);
  }
  end_ = kept;
  head_ = start_ = line_ = scanned_ = at_ = 0;
  start_body(Framing::none, 0);
}

Result<std::optional<std::string_view>> MessageBuffer::head() {
  while (head_ == 0) {
    const void* found =
        scanned_ < end_ ? std::memchr(bytes_.get() + scanned_, '\n', end_ - scanned_) : nullptr;
    if (found == nullptr) {
      scanned_ = end_;
      // Another protocol (TLS, say) would keep us waiting for a line's end that never comes.
      if (end_ > start_ && bytes_[start_] != '\r' && !is_token({bytes_.get() + start_, 1})) {
        return fail(Code::malformed, "what came does not start like HTTP");
      }
      // Two more, for the CRLF that would end the last line.
      if (end_ - start_ > max_head_ + 2) {
        return fail(Code::too_large, fmt::format("the head is longer than {} bytes", max_head_));
      }
      return std::optional<std::string_view>();
    }
    const auto lf = static_cast<std::size_t>(static_cast<const char*>(found) - bytes_.get());
    if (lf == line_ || bytes_[lf - 1] != '\r')
      return fail(Code::malformed, "a line of the head ends in a bare LF");
    const bool empty = lf == line_ + 1;
    const bool first = line_ == start_;
    line_ = scanned_ = lf + 1;
    if (!empty) continue;
    if (!first) {
      head_ = line_;
    } else if (lenient_start_ && start_ == 0) {
      start_ = line_;
    } else {
      return fail(Code::malformed, "an empty line stands where a message should start");
    }
  }
  if (head_ - start_ > max_head_) {
    return fail(Code::too_large, fmt::format("the head is longer than {} bytes", max_head_));
  }
  at_ = head_;
  if (capacity_ - head_ < kBehindHead) grow(head_ + kInitial);
  return std::optional(std::string_view(bytes_.get() + start_, head_ - start_));
}

std::span<char> MessageBuffer::room() {
  if (capacity_ == 0) {
    grow(kInitial);
  } else if (head_ == 0) {
    if (end_ == capacity_) grow(capacity_ * 2);
  } else if (at_ == end_) {
    at_ = end_ = head_;
  }
  assert(end_ < capacity_);
  return {bytes_.get() + end_, capacity_ - end_};
}

void MessageBuffer::give_back() {
  assert(untouched());
  bytes_.reset();
  capacity_ = 0;
}

void MessageBuffer::start_body(Framing framing, std::uint64_t length) {
  framing_ = framing;
  left_ = framing == Framing::length ? length : 0;
  ended_ = false;
  chunks_ = ChunkDecoder();
}

Result<std::optional<std::string_view>> MessageBuffer::piece() {
  std::string_view here = unread();
  switch (framing_) {
    case Framing::none:
      return std::optional(std::string_view());
    case Framing::length: {
      if (left_ == 0) return std::optional(std::string_view());
      here = here.substr(0, std::min<std::uint64_t>(left_, here.size()));
      left_ -= here.size();
      break;
    }
    case Framing::chunked: {
      auto decoded = chunks_.next(here);
      at_ = end_ - here.size();
      return decoded;
    }
    case Framing::until_close:
      if (ended_ && here.empty()) return std::optional(std::string_view());
      break;
  }
  if (here.empty()) return std::optional<std::string_view>();
  at_ += here.size();
  return std::optional(here);
}

Result<void> MessageBuffer::peer_ended() {
  if (framing_ != Framing::until_close)
    return fail(Code::closed, "the connection ended in the middle of a body");
  ended_ = true;
  return {};
}

bool MessageBuffer::body_finished() const {
  switch (framing_) {
    case Framing::none:
      return true;
    case Framing::length:
      return left_ == 0;
    case Framing::chunked:
      return chunks_.finished();
    case Framing::until_close:
      return ended_ && at_ == end_;
  }
  return false;
}

void MessageBuffer::grow(std::size_t capacity) {
  auto larger = std::make_unique_for_overwrite<char[]>(capacity);
  if (end_ > 0) std::memcpy(larger.get(), bytes_.get(), end_);
  bytes_ = std::move(larger);
  capacity_ = capacity;
}

}  // namespace holdfast::net
