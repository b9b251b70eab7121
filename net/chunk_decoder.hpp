// The chunked coding (RFC 9112 §7.1), byte by byte, with nothing of its lenient readings: CRLF only, no white
// space around sizes. Extensions and trailers are bounded and dropped. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/result.hpp"

namespace holdfast::net {

class ChunkDecoder {
 public:
  // What a body may carry that is not body: all its extensions, all its trailers.
  static constexpr std::size_t kMaxExtensions = 16 << 10;
  static constexpr std::size_t kMaxTrailers = 16 << 10;

  // Takes bytes off `in` and returns the next piece of the body, a view of `in`. An empty piece is the end of
  // the body; nullopt asks for more bytes, `in` is then used up. Error: malformed.
  Result<std::optional<std::string_view>> next(std::string_view& in);
  [[nodiscard]] bool finished() const { return state_ == State::finished; }

 private:
  enum class State : std::uint8_t {
    size_start,
    size,
    extension,
    size_lf,
    data,
    data_cr,
    data_lf,
    trailer_start,
    trailer_name,
    trailer_value,
    trailer_lf,
    last_lf,
    finished,
  };
  Result<void> step(char c);
  Result<void> step_size(char c);
  Result<void> step_trailer(char c);

  State state_ = State::size_start;
  std::uint64_t size_ = 0;  // of the chunk, then what is left of it
  int digits_ = 0;
  std::size_t extensions_ = 0;
  std::size_t trailers_ = 0;
};

}  // namespace holdfast::net
