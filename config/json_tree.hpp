// JSON as the tree that YAML makes, with its places. JSON is almost YAML; what makes the difference
// (surrogate pairs in escapes, tabs) the YAML reader refuses.
#pragma once

#include <optional>
#include <string>

#include "config/tree.hpp"

namespace holdfast::config {

struct JsonBounds {
  std::size_t bytes;
  std::size_t depth;
};

// Strict JSON (core/json); null is nothing. Places in the tree leave the file's name out; `file` is for the
// problem. Absent when a problem was added.
[[nodiscard]] std::optional<Node> parse_json_tree(const std::string& text, const std::string& file,
                                                  Problems* problems, const JsonBounds& bounds);

}  // namespace holdfast::config
