// Other spellings of a path or a tool's name, and what they mean: the material of spellings_test.cpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace holdfast::test {

enum class Meaning {
  same,   // by the standard: the very name
  near,   // some reader takes it for the name
  other,  // another name to everybody
};

struct Spelling {
  Meaning meaning;
  std::string text;
};
using Spellings = std::vector<Spelling>;

// A text cut into places, and what may stand in each instead; the first of each place is the plain one.
using Places = std::vector<Spellings>;

[[nodiscard]] std::string utf8(char32_t point);
[[nodiscard]] std::string escaped(std::string_view bytes);  // every byte as %XX

// Of a path, from its first slash. A character between braces stands for a parameter's value.
[[nodiscard]] Places path_places(std::string_view path);
// Of a tool's name, as the inside of a JSON string.
[[nodiscard]] Places name_places(std::string_view name);

// Every text that is spelt differently in exactly one place.
[[nodiscard]] Spellings one_changed(const Places& places);
// `count` texts that are spelt differently in `changes` places or fewer, none of them with another meaning.
[[nodiscard]] Spellings some_changed(const Places& places, std::size_t changes, std::size_t count);

}  // namespace holdfast::test
