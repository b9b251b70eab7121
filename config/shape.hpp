// What may stand under a key, said by the line of the loader that reads it. The loader itself needs none of
// it: the JSON Schema (schema.hpp) and `config show` (shown.hpp) are made of it, so neither is a second list.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/scalar.hpp"
#include "config/tree.hpp"

namespace holdfast::config {

struct Shape {
  enum class Kind {
    text,
    path,
    secret,
    flag,
    integer,
    size,
    duration,
    choice,
    texts,
    secrets,
    secret_members,  // a map of secrets whose keys the author chose
    map,
    list,     // of maps
    members,  // a map whose keys the author chose; values as `schema` says
    maps,     // such a map, of maps
    custom    // as `schema` says
  };
  Kind kind;
  std::int64_t least = 0;  // integers; bytes; milliseconds
  std::int64_t most = 0;
  std::vector<std::string> words{};
  std::optional<Node> fallback{};  // what holds where the key is absent; nothing: the key just is not there
  Node (*schema)() = nullptr;      // draft-07
};

// A scalar of the tree, as if it had been written so.
inline Node plain(std::string text) {
  Node node;
  node.kind = Node::Kind::scalar;
  node.text = std::move(text);
  node.plain = true;
  return node;
}

inline Node quoted(std::string text) {
  Node node = plain(std::move(text));
  node.plain = false;
  return node;
}

inline Node list_of(std::vector<Node> items) {
  Node node;
  node.kind = Node::Kind::list;
  node.items = std::move(items);
  return node;
}

inline Node map_of(std::vector<std::pair<std::string, Node>> members) {
  Node node;
  node.kind = Node::Kind::map;
  for (auto& [key, value] : members)
    node.members.push_back({std::move(key), {}, std::move(value)});
  return node;
}

}  // namespace holdfast::config
