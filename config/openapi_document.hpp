// An OpenAPI document as a tree: read, and its `$ref`s followed.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

#include "config/tree.hpp"

namespace holdfast::config::openapi {

inline constexpr std::size_t kMostBytes = 16U << 20U;
inline constexpr std::size_t kMostNesting = 128;

class Document {
 public:
  // YAML, or JSON when the text begins with `{`. Absent when a problem was added.
  static std::optional<Document> read(const std::string& text, std::string file, Problems* problems);

  [[nodiscard]] const Node& root() const { return *root_; }

  // What the node's `$ref` leads to, or the node itself when it has none. Null when it leads nowhere, outside
  // the file or in a circle, which is reported once per place.
  const Node* follow(const Node& node);
  // One `$ref` alone; null as well when the node has none.
  const Node* step(const Node& node);

  void error(const Position& at, std::string message, std::string hint = {});
  void warning(const Position& at, std::string message, std::string hint = {});
  // Places in the tree leave the file's name out.
  [[nodiscard]] Position place(const Position& at) const { return {file_, at.line, at.column}; }

 private:
  Document(Node root, std::string file, Problems* problems);
  // What stands at this place of RFC 6901, or null.
  const Node* pointed(std::string_view pointer);
  const Node* child(const Node& node, const std::string& token);
  void error_once(const Node& node, std::string message, std::string hint = {});

  std::unique_ptr<Node> root_;  // stays where it is: the index points into it
  std::string file_;
  Problems* problems_;
  std::set<const Node*> reported_;
  std::unordered_map<const Node*, std::unordered_map<std::string_view, const Node*>> index_;  // of large maps
};

// True for a plain `true`; `fallback` when there is no such key.
[[nodiscard]] bool is_true(const Node& map, std::string_view key, bool fallback = false);
// A scalar that is not null, true or false, which YAML spells in several ways and JSON in one.
[[nodiscard]] bool is_text(const Node& node);
// The text of such a member, or empty.
[[nodiscard]] std::string_view text_of(const Node& map, std::string_view key);

}  // namespace holdfast::config::openapi
