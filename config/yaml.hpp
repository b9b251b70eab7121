// The one door to yaml-cpp. Takes its events rather than its nodes, because its nodes drop duplicate keys,
// quoting and everything after the first document in silence.
#pragma once

#include <optional>
#include <string>

#include "config/tree.hpp"

namespace holdfast::config {

inline constexpr std::size_t kMaxFileBytes = 4U << 20U;
inline constexpr std::size_t kMaxNesting = 64;

// What a text is read as.
struct YamlKind {
  std::size_t most_bytes = kMaxFileBytes;
  std::size_t most_nesting = kMaxNesting;
  const char* nothing = "there is no configuration in this file";
  const char* no_map = "a configuration is a map of keys, such as `version: 1`";
  bool places_name_file =
      true;  // false: the tree's places leave the file's name out, which a large one saves
};

// One document whose top is a map. Anchors, aliases, merge keys, tags, duplicate keys and further documents
// are problems. `file` is the name that positions carry. Absent when a problem was added.
[[nodiscard]] std::optional<Node> parse_yaml(const std::string& text, const std::string& file,
                                             Problems* problems, const YamlKind& kind = {});

}  // namespace holdfast::config
