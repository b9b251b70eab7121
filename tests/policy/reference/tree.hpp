// JSON as a plain tree of values that tests build, change, print and judge.
#pragma once

#include <string>
#include <vector>

#include "core/json.hpp"

namespace holdfast::reference {

struct Branch;

struct Tree {
  json::Kind kind = json::Kind::null;
  bool flag = false;
  std::string text;  // of a string; of a number, as written
  std::vector<Tree> items;
  std::vector<Branch> members;

  static Tree string(std::string text);
  static Tree number(std::string text);
  static Tree boolean(bool flag);
  static Tree array(std::vector<Tree> items);
  static Tree object(std::vector<Branch> members);
};

struct Branch {
  std::string name;
  Tree value;
};

[[nodiscard]] Tree copy_of(const json::Value& value);
[[nodiscard]] std::string quoted(const std::string& text);
[[nodiscard]] std::string to_json(const Tree& tree);

}  // namespace holdfast::reference
