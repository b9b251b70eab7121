// What `config show` prints: the configuration as the loader read it, with the defaults it filled in, without
// its secrets. What is secret is what the loader reads as such, wherever that stands.
#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "config/shape.hpp"
#include "core/problem.hpp"

namespace holdfast::config {

// In place of a secret; the loader refuses it as one.
inline constexpr std::string_view kMasked = "***";

// The effective configuration. Absent when problems has an error.
struct Shown {
  std::optional<Node> tree;
  Problems problems;
};
[[nodiscard]] Shown show(const std::filesystem::path& path);

// Notes `key` in the map as it is shown: `written`, or the shape's default where that is null. Variables in
// `secret_variables` are left as ${NAME} wherever they stand. Returns what a map, list or maps fills in
// itself: valid until the next note of the same map.
Node* show(Node* map, std::string_view key, const Node* written, const Shape& shape,
           const std::set<std::string>& secret_variables);
Node* show_item(Node* list);
Node* show_member(Node* map, const std::string& key);
// The map noted last, which nobody wrote and which got no default.
void drop_if_empty(Node* map);

}  // namespace holdfast::config
