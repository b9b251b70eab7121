// What a target holds to be true of every input. A claim that fails ends the process, which is how libFuzzer
// and the replay learn of it.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace holdfast::fuzz {

// Printable on one line.
inline std::string shown(std::string_view bytes) {
  std::string out = "\"";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte >= 0x7f || c == '"' || c == '\\') {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  return out + "\"";
}

inline void claim(bool holds, std::string_view sentence, std::string_view one = {},
                  std::string_view other = {}) {
  if (holds) return;
  const std::string text =
      fmt::format("\nCLAIM FAILED: {}\n  {}\n  {}\n", sentence, shown(one), shown(other));
  std::fputs(text.c_str(), stderr);
  std::abort();
}

inline void claim_equal(std::string_view ours, std::string_view reference, std::string_view sentence) {
  claim(ours == reference, sentence, ours, reference);
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace holdfast::fuzz
