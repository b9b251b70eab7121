// Where values stand in the text of a JSON document that the strict reader has taken: for cutting something
// out of it and leaving the rest as it is.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace holdfast::proxy::mcp {

struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// The value of the object's nth member, from 0; `object` is a span around it, white space included.
[[nodiscard]] Span member_span(std::string_view text, Span object, std::size_t n);

// The items of the array whose `[` stands before this place.
[[nodiscard]] std::vector<Span> item_spans(std::string_view text, std::size_t behind_bracket);

}  // namespace holdfast::proxy::mcp
