// Decisions drawn from the input, so that the fuzzer's mutations steer them. When the input is used up every
// draw is zero.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace holdfast::fuzz {

class Dice {
 public:
  explicit Dice(std::string_view bytes) : rest_(bytes) {}

  std::uint8_t byte() {
    if (rest_.empty()) return 0;
    const auto first = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return first;
  }
  // 0 .. n-1; n > 0.
  std::size_t below(std::size_t n) {
    std::size_t drawn = byte();
    if (n > 256) drawn = drawn * 256 + byte();
    if (n > 65536) drawn = drawn * 256 + byte();
    return drawn % n;
  }
  bool coin() { return (byte() & 1) != 0; }
  std::string_view take(std::size_t n) {
    const std::string_view taken = rest_.substr(0, std::min(n, rest_.size()));
    rest_.remove_prefix(taken.size());
    return taken;
  }
  [[nodiscard]] bool empty() const { return rest_.empty(); }
  [[nodiscard]] std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

}  // namespace holdfast::fuzz
