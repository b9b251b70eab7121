// What is wrong with a text that is no YAML, in words its author can use. A secret may stand in such a line:
// nothing of it is repeated.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace holdfast::config {

struct WrongBytes {
  std::size_t offset;
  const char* message;
  const char* hint;
};

// yaml-cpp takes byte 0x04 for the end of the file and guesses UTF-16 from zero bytes: such files stop here.
[[nodiscard]] std::optional<WrongBytes> wrong_bytes(const std::string& text);

// What to write instead, from yaml-cpp's words and the line at the offset in bytes it complains of; empty
// when it cannot be told.
[[nodiscard]] std::string yaml_hint(std::string_view text, std::size_t offset, std::string_view complaint);

}  // namespace holdfast::config
