#include "config/openapi_document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "config/json_tree.hpp"
#include "config/scalar.hpp"
#include "config/yaml.hpp"
#include "core/hex.hpp"

namespace holdfast::config::openapi {
namespace {

constexpr int kMostSteps = 64;
constexpr YamlKind kKind{kMostBytes, kMostNesting, "there is no OpenAPI document in this file",
                         "an OpenAPI document is a map of keys, such as `openapi: 3.1.0`", false};

bool is_json(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first != std::string::npos && text[first] == '{';
}

// A URI fragment without its escapes (RFC 3986 §2.1); what is no escape stands for itself.
std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape =
        text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0;
    out += escape ? static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2])) : text[i];
    if (escape) i += 2;
  }
  return out;
}

// `~1` is a slash and `~0` a tilde (RFC 6901 §4).
std::string unescaped(std::string_view token) {
  std::string out;
  for (std::size_t i = 0; i < token.size(); ++i) {
    const bool escape =
        token[i] == '~' && i + 1 < token.size() && (token[i + 1] == '0' || token[i + 1] == '1');
    out += !escape ? token[i] : token[i + 1] == '1' ? '/' : '~';
    if (escape) ++i;
  }
  return out;
}

}  // namespace

Document::Document(Node root, std::string file, Problems* problems)
    : root_(std::make_unique<Node>(std::move(root))), file_(std::move(file)), problems_(problems) {}

std::optional<Document> Document::read(const std::string& text, std::string file, Problems* problems) {
  auto root = is_json(text) ? parse_json_tree(text, file, problems, {kMostBytes, kMostNesting})
                            : parse_yaml(text, file, problems, kKind);
  if (!root) return std::nullopt;
  return Document(std::move(*root), std::move(file), problems);
}

const Node* Document::follow(const Node& node) {
  const Node* at = &node;
  for (int steps = 0; steps < kMostSteps; ++steps) {
    if (at->kind != Node::Kind::map || at->find("$ref") == nullptr) return at;
    at = step(*at);
    if (at == nullptr) return nullptr;
  }
  error_once(node, fmt::format("this `$ref` leads in a circle, or over more than {} others", kMostSteps));
  return nullptr;
}

const Node* Document::step(const Node& node) {
  const Node* ref = node.kind == Node::Kind::map ? node.find("$ref") : nullptr;
  if (ref == nullptr) return nullptr;
  if (!is_text(*ref)) {
    error_once(*ref, "a `$ref` must be a text such as #/components/schemas/Pet");
    return nullptr;
  }
  if (!ref->text.starts_with('#')) {
    error_once(*ref, "this `$ref` leads to another file or a URL, and only what stands in this file is read",
               "put what it refers to under `components`, as #/components/...");
    return nullptr;
  }
  const std::string pointer = decoded(std::string_view(ref->text).substr(1));
  const bool is_pointer = pointer.empty() || pointer.starts_with('/');
  const Node* target = is_pointer ? pointed(pointer) : nullptr;
  if (target != nullptr) return target;
  error_once(*ref, is_pointer ? "this `$ref` leads to nothing in this file"
                              : "this `$ref` is no path in this file, such as #/components/schemas/Pet");
  return nullptr;
}

const Node* Document::pointed(std::string_view pointer) {
  const Node* at = root_.get();
  while (!pointer.empty() && at != nullptr) {
    pointer.remove_prefix(1);
    const std::size_t slash = std::min(pointer.find('/'), pointer.size());
    at = child(*at, unescaped(pointer.substr(0, slash)));
    pointer.remove_prefix(slash);
  }
  return at;
}

const Node* Document::child(const Node& node, const std::string& token) {
  constexpr std::size_t kLarge = 16;
  if (node.kind == Node::Kind::list) {
    const auto position = parse_integer(token);
    const bool there = position && *position >= 0 && *position < std::ssize(node.items);
    return there ? &node.items[static_cast<std::size_t>(*position)] : nullptr;
  }
  if (node.members.size() < kLarge) return node.find(token);
  auto& members = index_[&node];
  if (members.empty()) {
    for (const Member& member : node.members)
      members.emplace(member.key, &member.value);
  }
  const auto found = members.find(token);
  return found == members.end() ? nullptr : found->second;
}

void Document::error(const Position& at, std::string message, std::string hint) {
  problems_->push_back({Severity::error, place(at), std::move(message), std::move(hint)});
}

void Document::warning(const Position& at, std::string message, std::string hint) {
  problems_->push_back({Severity::warning, place(at), std::move(message), std::move(hint)});
}

void Document::error_once(const Node& node, std::string message, std::string hint) {
  if (reported_.insert(&node).second) error(node.at, std::move(message), std::move(hint));
}

bool is_true(const Node& map, std::string_view key, bool fallback) {
  const Node* node = map.find(key);
  return node == nullptr
             ? fallback
             : node->plain && (node->text == "true" || node->text == "True" || node->text == "TRUE");
}

bool is_text(const Node& node) {
  constexpr std::array<std::string_view, 10> kNoText{"null", "~",    "Null",  "NULL",  "true",
                                                     "True", "TRUE", "false", "False", "FALSE"};
  const bool other = node.plain && std::find(kNoText.begin(), kNoText.end(), node.text) != kNoText.end();
  return node.kind == Node::Kind::scalar && !other;
}

std::string_view text_of(const Node& map, std::string_view key) {
  const Node* node = map.find(key);
  return node == nullptr || !is_text(*node) ? std::string_view() : std::string_view(node->text);
}

}  // namespace holdfast::config::openapi
