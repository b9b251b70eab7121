#include "net/chunk_decoder.hpp"

#include <algorithm>

#include "net/http_strict.hpp"

namespace holdfast::net {
namespace {

// 15 digits: a chunk under 2^60 bytes, so that no sum overflows.
constexpr int kMaxDigits = 15;

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

tl::unexpected<Error> bad(const char* what) {
  return fail(Code::malformed, what);
}

}  // namespace

Result<std::optional<std::string_view>> ChunkDecoder::next(std::string_view& in) {
  while (true) {
    if (state_ == State::finished) return std::optional(std::string_view());
    if (in.empty()) return std::optional<std::string_view>();
    if (state_ == State::data) {
      const std::string_view piece = in.substr(0, std::min<std::uint64_t>(size_, in.size()));
      in.remove_prefix(piece.size());
      size_ -= piece.size();
      if (size_ == 0) state_ = State::data_cr;
      return std::optional(piece);
    }
    const auto stepped = step(in.front());
    if (!stepped) return fail(stepped.error());
    in.remove_prefix(1);
  }
}

Result<void> ChunkDecoder::step(char c) {
  switch (state_) {
    case State::size_start:
    case State::size:
    case State::extension:
      return step_size(c);
    case State::size_lf:
      if (c != '\n') return bad("a chunk size does not end in CRLF");
      state_ = size_ == 0 ? State::trailer_start : State::data;
      return {};
    case State::data_cr:
      if (c != '\r') return bad("a chunk is longer than its size says");
      state_ = State::data_lf;
      return {};
    case State::data_lf:
      if (c != '\n') return bad("a chunk does not end in CRLF");
      state_ = State::size_start;
      digits_ = 0;
      size_ = 0;
      return {};
    case State::trailer_start:
    case State::trailer_name:
    case State::trailer_value:
    case State::trailer_lf:
      return step_trailer(c);
    case State::last_lf:
      if (c != '\n') return bad("the chunked body does not end in CRLF");
      state_ = State::finished;
      return {};
    case State::data:
    case State::finished:
      break;
  }
  return fail(Code::internal, "the chunk decoder was given bytes in a state that takes none");
}

Result<void> ChunkDecoder::step_size(char c) {
  if (state_ == State::extension) {
    if (c == '\r') {
      state_ = State::size_lf;
    } else if (!is_field_value({&c, 1})) {
      return bad("a chunk extension holds a control character");
    } else if (++extensions_ > kMaxExtensions) {
      return bad("the chunk extensions are too long");
    }
    return {};
  }
  if (const int digit = hex(c); digit >= 0) {
    if (++digits_ > kMaxDigits) return bad("a chunk size is too long");
    size_ = size_ * 16 + static_cast<std::uint64_t>(digit);
    state_ = State::size;
  } else if (state_ == State::size && c == '\r') {
    state_ = State::size_lf;
  } else if (state_ == State::size && c == ';') {
    state_ = State::extension;
  } else {
    return bad("a chunk size is not a hexadecimal number");
  }
  return {};
}

Result<void> ChunkDecoder::step_trailer(char c) {
  if (++trailers_ > kMaxTrailers) return bad("the trailers are too long");
  if (state_ == State::trailer_lf) {
    if (c != '\n') return bad("a trailer does not end in CRLF");
    state_ = State::trailer_start;
  } else if (state_ == State::trailer_value) {
    if (c == '\r') {
      state_ = State::trailer_lf;
    } else if (!is_field_value({&c, 1})) {
      return bad("a trailer value holds a control character");
    }
  } else if (state_ == State::trailer_start && c == '\r') {
    state_ = State::last_lf;
  } else if (state_ == State::trailer_name && c == ':') {
    state_ = State::trailer_value;
  } else if (is_token({&c, 1})) {
    state_ = State::trailer_name;
  } else {
    return bad("a trailer name is not a token");
  }
  return {};
}

}  // namespace holdfast::net
