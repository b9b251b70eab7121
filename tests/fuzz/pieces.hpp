// The ways in which one stream of bytes arrives: whole, byte by byte, and in pieces of sizes that look random
// but follow from the bytes alone. How it arrives must change nothing.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace holdfast::fuzz {

class Pieces {
 public:
  enum class Way { whole, bytewise, mixed };
  static constexpr Way kWays[] = {Way::whole, Way::bytewise, Way::mixed};

  Pieces(std::string_view bytes, Way way) : rest_(bytes), way_(way) {
    for (const char c : bytes.substr(0, 256))
      state_ = (state_ ^ static_cast<unsigned char>(c)) * 16777619U;
  }

  [[nodiscard]] bool empty() const { return rest_.empty(); }
  // The next piece, of at most `room` bytes.
  std::string_view next(std::size_t room) {
    std::size_t size = rest_.size();
    if (way_ == Way::bytewise) size = 1;
    if (way_ == Way::mixed) {
      state_ = state_ * 1664525U + 1013904223U;
      size = 1 + (state_ >> 24U) % 40;
    }
    const std::string_view piece = rest_.substr(0, std::min(size, room));
    rest_.remove_prefix(piece.size());
    return piece;
  }

 private:
  std::string_view rest_;
  Way way_;
  std::uint32_t state_ = 2166136261U;
};

}  // namespace holdfast::fuzz
