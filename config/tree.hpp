// A YAML document as we take it: maps, lists and scalars with their places, before any meaning is given to
// them.
#pragma once

#include <string>
#include <vector>

#include "core/problem.hpp"

namespace holdfast::config {

struct Member;

struct Node {
  enum class Kind { empty, scalar, list, map };  // empty: `key:` with nothing behind it
  Kind kind = Kind::empty;
  std::string text;    // of a scalar, as written, before ${NAME} is replaced
  bool plain = false;  // of a scalar: not quoted
  std::vector<Node> items;
  std::vector<Member> members;  // in file order; keys are unique
  Position at;

  [[nodiscard]] const Node* find(std::string_view key) const;
};

struct Member {
  std::string key;
  Position at;  // of the key
  Node value;
};

inline const Node* Node::find(std::string_view key) const {
  for (const Member& member : members) {
    if (member.key == key) return &member.value;
  }
  return nullptr;
}

}  // namespace holdfast::config
