#include "config/tree_text.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "config/scalar.hpp"
#include "core/json_text.hpp"

namespace holdfast::config {
namespace {

constexpr int kStep = 2;
constexpr const char* kNameCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";

std::string json_string(std::string_view text) {
  std::string out;
  json::append_string(out, text);
  return out;
}

bool is_literal(const Node& node) {
  return node.plain && plain_scalar(node.text).kind != Scalar::Kind::string;
}

std::string json_scalar(const Node& node) {
  if (node.kind == Node::Kind::empty) return "null";
  return is_literal(node) ? node.text : json_string(node.text);
}

// What no reader of YAML, of whatever version, takes for anything but a string.
bool is_plain_everywhere(std::string_view text) {
  constexpr std::array kOthers = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"};
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const auto good = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("_-./*").find(c) != std::string_view::npos;
  };
  return !text.empty() &&
         (std::isalpha(static_cast<unsigned char>(text.front())) != 0 || text.front() == '/') &&
         std::all_of(text.begin(), text.end(), good) &&
         std::find(kOthers.begin(), kOthers.end(), lower) == kOthers.end();
}

// Durations and sizes, which begin with a digit: `50s`, `1MiB`.
bool is_amount(const Node& node) {
  return node.plain && (parse_duration(node.text) || parse_size(node.text));
}

// Without quotes it is what its value is: a number, or a string.
bool is_variable(const Node& node) {
  return node.plain && node.text.starts_with("${") &&
         node.text.find_first_not_of(kNameCharacters, 2) == node.text.size() - 1 && node.text.ends_with('}');
}

std::string yaml_string(const std::string& text) {
  return is_plain_everywhere(text) ? text : json_string(text);
}

std::string yaml_scalar(const Node& node) {
  if (is_literal(node) || is_amount(node) || is_variable(node)) return node.text;
  return yaml_string(node.text);
}

bool is_inline(const Node& node) {
  switch (node.kind) {
    case Node::Kind::empty:
    case Node::Kind::scalar:
      return true;
    case Node::Kind::list:
      return std::all_of(node.items.begin(), node.items.end(),
                         [](const Node& item) { return item.kind == Node::Kind::scalar; });
    case Node::Kind::map:
      return node.members.empty();
  }
  return true;
}

std::string inline_text(const Node& node) {
  if (node.kind == Node::Kind::map) return "{}";
  if (node.kind != Node::Kind::list) return yaml_scalar(node);
  std::string out = "[";
  for (const Node& item : node.items)
    out += (out.size() == 1 ? "" : ", ") + yaml_scalar(item);
  return out + "]";
}

void append_yaml(std::string& out, const Node& node, int indent);

void append_member(std::string& out, const Member& member, int indent) {
  out += yaml_string(member.key) + ":";
  if (is_inline(member.value)) {
    out += " " + inline_text(member.value) + "\n";
  } else {
    out += "\n";
    append_yaml(out, member.value, indent + kStep);
  }
}

void append_yaml(std::string& out, const Node& node, int indent) {
  const std::string margin(static_cast<std::size_t>(indent), ' ');
  for (const Member& member : node.members) {
    out += margin;
    append_member(out, member, indent);
  }
  for (const Node& item : node.items) {
    out += margin + "- ";
    if (is_inline(item)) {
      out += inline_text(item) + "\n";
      continue;
    }
    std::string nested;
    append_yaml(nested, item, indent + kStep);
    out += nested.substr(static_cast<std::size_t>(indent + kStep));
  }
}

std::string inline_json(const Node& node) {
  if (node.kind == Node::Kind::map) return "{}";
  std::string out = "[";
  for (const Node& item : node.items)
    out += (out.size() == 1 ? "" : ", ") + json_scalar(item);
  return out + "]";
}

void append_json(std::string& out, const Node& node, int indent) {
  const std::string margin(static_cast<std::size_t>(indent + kStep), ' ');
  const bool map = node.kind == Node::Kind::map;
  if (!map && node.kind != Node::Kind::list) {
    out += json_scalar(node);
    return;
  }
  if (is_inline(node)) {
    out += inline_json(node);
    return;
  }
  out += map ? '{' : '[';
  bool first = true;
  const auto begin_next = [&] {
    out += (first ? "\n" : ",\n") + margin;
    first = false;
  };
  for (const Member& member : node.members) {
    begin_next();
    out += json_string(member.key) + ": ";
    append_json(out, member.value, indent + kStep);
  }
  for (const Node& item : node.items) {
    begin_next();
    append_json(out, item, indent + kStep);
  }
  out += "\n" + std::string(static_cast<std::size_t>(indent), ' ');
  out += map ? '}' : ']';
}

}  // namespace

std::string to_yaml(const Node& map) {
  std::string out;
  append_yaml(out, map, 0);
  return out;
}

std::string to_json(const Node& node) {
  std::string out;
  append_json(out, node, 0);
  return out + "\n";
}

}  // namespace holdfast::config
