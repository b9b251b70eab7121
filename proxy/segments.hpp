// Paths and templates, segment by segment: as they stand, and as a careless server may come to read them
// (02-policy "Names").
#pragma once

#include <string_view>
#include <vector>

namespace holdfast::proxy {

// Views into the path.
using Segments = std::vector<std::string_view>;

// Of a path with its leading slash. A slash at the end leaves an empty segment.
[[nodiscard]] Segments segments_of(std::string_view path);

// Without the empty ones at the end, but for the first.
[[nodiscard]] Segments without_slashes_behind(std::string_view path);

// Of what careless_path() makes of one: trimmed, and without the empty ones: slashes at the end, and those
// that only decoding brings out.
[[nodiscard]] Segments trimmed_segments(std::string_view path);

// Some servers drop the spaces around a segment and the dots at its end.
[[nodiscard]] std::string_view trimmed(std::string_view segment);

// `{name}` of a template.
[[nodiscard]] bool is_parameter(std::string_view segment);

// What some server does not count as part of a segment that it follows: a path parameter, and in the last one
// a suffix like `.json`, or what would be a query or fragment had it not been escaped.
[[nodiscard]] constexpr std::string_view suffix_marks(bool last) {
  return last ? ";.?#" : ";";
}

}  // namespace holdfast::proxy
