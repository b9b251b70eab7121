// The one door to yaml-cpp. Takes its events rather than its nodes, because its nodes drop duplicate keys,
// quoting and everything after the first document in silence.
#pragma once

#include <optional>
#include <string>

#include "config/tree.hpp"

namespace holdfast::config {

inline constexpr std::size_t kMaxFileBytes = 4U << 20U;
inline constexpr int kMaxNesting = 64;

// One document whose top is a map. Anchors, aliases, merge keys, tags, duplicate keys and further documents
// are problems. `file` is the name that positions carry. Absent when a problem was added.
[[nodiscard]] std::optional<Node> parse_yaml(const std::string& text, const std::string& file,
                                             Problems* problems);

}  // namespace holdfast::config
