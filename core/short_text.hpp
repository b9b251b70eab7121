// Text of at most so many bytes that stands where it is kept: ids, nonces and digests, of which every call
// makes several, ask for no memory.
#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace holdfast {

template <std::size_t Most>
class ShortText {
  static_assert(Most < 256);

 public:
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): what is behind size_ is room
  ShortText() = default;
  // Of a text that fits.
  template <std::convertible_to<std::string_view> Other>
  ShortText(
      const Other& other) {  // NOLINT(google-explicit-constructor,cppcoreguidelines-pro-type-member-init)
    const std::string_view text = other;
    assert(text.size() <= Most);
    size_ = static_cast<std::uint8_t>(std::min(text.size(), Most));
    text.copy(bytes_.data(), size_);
  }

  // NOLINTNEXTLINE(google-explicit-constructor): a text like any other
  operator std::string_view() const { return view(); }
  [[nodiscard]] std::string_view view() const { return {bytes_.data(), size_}; }
  [[nodiscard]] std::string str() const { return std::string(view()); }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] std::size_t size() const { return size_; }
  void clear() { size_ = 0; }

  template <std::convertible_to<std::string_view> Other>
  friend bool operator==(const ShortText& a, const Other& b) {
    return a.view() == std::string_view(b);
  }

 private:
  std::array<char, Most> bytes_;  // what is behind size_ is room
  std::uint8_t size_ = 0;
};

}  // namespace holdfast
