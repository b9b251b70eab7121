// The tree as text again: JSON, and YAML that parse_yaml reads as the same tree.
#pragma once

#include <string>

#include "config/tree.hpp"

namespace holdfast::config {

[[nodiscard]] std::string to_yaml(const Node& map);
// In lines, indented.
[[nodiscard]] std::string to_json(const Node& node);

}  // namespace holdfast::config
