#include "tests/policy/reference/tree.hpp"

#include <fmt/format.h>

namespace holdfast::reference {

using json::Kind;

Tree Tree::string(std::string text) {
  return {Kind::string, false, std::move(text), {}, {}};
}
Tree Tree::number(std::string text) {
  return {Kind::number, false, std::move(text), {}, {}};
}
Tree Tree::boolean(bool flag) {
  return {Kind::boolean, flag, {}, {}, {}};
}
Tree Tree::array(std::vector<Tree> items) {
  return {Kind::array, false, {}, std::move(items), {}};
}
Tree Tree::object(std::vector<Branch> members) {
  return {Kind::object, false, {}, {}, std::move(members)};
}

Tree copy_of(const json::Value& value) {
  Tree out;
  out.kind = value.kind();
  if (value.is(Kind::boolean)) out.flag = value.boolean();
  if (value.is(Kind::string) || value.is(Kind::number)) out.text = value.text();
  for (const json::Value& item : value.items())
    out.items.push_back(copy_of(item));
  if (value.is(Kind::object)) {
    for (const json::Member& member : value.members())
      out.members.push_back({std::string(member.name), copy_of(member.value)});
  }
  return out;
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    if (control) {
      out += fmt::format("\\u{:04x}", static_cast<int>(c));
    } else {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
  }
  return out + '"';
}

std::string to_json(const Tree& tree) {
  std::string out;
  switch (tree.kind) {
    case Kind::null:
      return "null";
    case Kind::boolean:
      return tree.flag ? "true" : "false";
    case Kind::number:
      return tree.text;
    case Kind::string:
      return quoted(tree.text);
    case Kind::array:
      for (const Tree& item : tree.items)
        out += (out.empty() ? "" : ",") + to_json(item);
      return "[" + out + "]";
    case Kind::object:
      for (const auto& [name, value] : tree.members)
        out += (out.empty() ? "" : ",") + quoted(name) + ":" + to_json(value);
      return "{" + out + "}";
  }
  return out;
}

}  // namespace holdfast::reference
