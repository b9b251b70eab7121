// Little-endian integers of our binary files.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace holdfast::receipts {

template <class Integer>
[[nodiscard]] constexpr std::array<char, sizeof(Integer)> little_endian(Integer value) {
  std::array<char, sizeof value> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<char>(value >> 8 * i & 0xFF);  // one store, to the compiler
  return bytes;
}

template <std::size_t N>
[[nodiscard]] std::string_view view_of(const std::array<char, N>& bytes) {
  return {bytes.data(), N};
}

inline void put32(std::string& out, std::uint32_t value) {
  out.append(view_of(little_endian(value)));
}

inline void put64(std::string& out, std::uint64_t value) {
  out.append(view_of(little_endian(value)));
}

// Preconditions: the bytes are there.
[[nodiscard]] inline std::uint32_t get32(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 4; i-- > 0;)
    value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

[[nodiscard]] inline std::uint64_t get64(std::string_view bytes, std::size_t at) {
  return get32(bytes, at) | static_cast<std::uint64_t>(get32(bytes, at + 4)) << 32;
}

}  // namespace holdfast::receipts
