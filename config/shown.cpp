#include "config/shown.hpp"

#include <algorithm>

#include "config/environment.hpp"
#include "config/reader.hpp"
#include "config/schema.hpp"

namespace holdfast::config {
namespace {

constexpr std::string_view kFile = "file:";

bool is_one_variable(std::string_view text) {
  return text.starts_with("${") && text.find('}') == text.size() - 1;
}

std::string absolute(const Position& at, const std::string& path) {
  return std::filesystem::absolute(folder_of(at) / path).lexically_normal().string();
}

// Where the secret comes from, as the author wrote it; one that he wrote himself, or a part of it, is masked.
Node masked(const Node& written) {
  if (written.kind != Node::Kind::scalar) return quoted(std::string(kMasked));
  if (is_one_variable(written.text)) return quoted(written.text);
  if (!written.text.starts_with(kFile)) return quoted(std::string(kMasked));
  const std::string path = written.text.substr(kFile.size());
  return quoted(path.starts_with("${") ? written.text : std::string(kFile) + absolute(written.at, path));
}

// `${` stands for itself when it is read again.
std::string escaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i, 2) == "${") out += '$';
    out += text[i];
  }
  return out;
}

Node expanded(const Node& written, const std::set<std::string>& secret_variables) {
  Node out = written;
  for (Node& item : out.items)
    item = expanded(item, secret_variables);
  for (Member& member : out.members)
    member.value = expanded(member.value, secret_variables);
  if (written.kind != Node::Kind::scalar) return out;
  const auto text = expand(written.text);
  const bool secret =
      text && std::any_of(text->variables.begin(), text->variables.end(),
                          [&](const auto& one) { return secret_variables.contains(one.first); });
  if (text && !secret) out.text = escaped(text->text);
  return out;
}

// So that `7` from the environment stays the string it was read as.
Node as_text(Node node) {
  for (Node& item : node.items)
    item.plain = false;
  for (Member& member : node.members)
    member.value.plain = false;
  node.plain = false;
  return node;
}

Node shown_value(const Node& written, const Shape& shape, const std::set<std::string>& secret_variables) {
  switch (shape.kind) {
    case Shape::Kind::secret:
      return masked(written);
    case Shape::Kind::secrets: {
      Node list = list_of({});
      for (const Node& item : written.items)
        list.items.push_back(masked(item));
      return list;
    }
    case Shape::Kind::secret_members: {
      Node members = map_of({});
      for (const Member& member : written.members)
        members.members.push_back({member.key, {}, masked(member.value)});
      return members;
    }
    case Shape::Kind::map:
    case Shape::Kind::maps:
      return map_of({});
    case Shape::Kind::list:
      return list_of({});
    case Shape::Kind::path: {
      Node path = as_text(expanded(written, secret_variables));
      if (!path.text.starts_with("${")) path.text = absolute(written.at, path.text);
      return path;
    }
    case Shape::Kind::text:
    case Shape::Kind::texts:
      return as_text(expanded(written, secret_variables));
    case Shape::Kind::flag:
    case Shape::Kind::integer:
    case Shape::Kind::size:
    case Shape::Kind::duration:
    case Shape::Kind::choice:
      return expanded(written, secret_variables);
    case Shape::Kind::members:
    case Shape::Kind::custom: {
      Node value = expanded(written, secret_variables);
      const bool texts = shape.schema == schema::text || shape.schema == schema::any_text;
      return texts ? as_text(std::move(value)) : value;
    }
  }
  return {};
}

}  // namespace

Node* show(Node* map, std::string_view key, const Node* written, const Shape& shape,
           const std::set<std::string>& secret_variables) {
  if (written == nullptr && !shape.fallback && shape.kind != Shape::Kind::map) return nullptr;
  const bool filled = written != nullptr || !shape.fallback;
  const Node nothing;
  map->members.push_back({std::string(key),
                          {},
                          filled
                              ? shown_value(written == nullptr ? nothing : *written, shape, secret_variables)
                              : *shape.fallback});
  return &map->members.back().value;
}

Node* show_item(Node* list) {
  list->items.push_back(map_of({}));
  return &list->items.back();
}

Node* show_member(Node* map, const std::string& key) {
  map->members.push_back({key, {}, map_of({})});
  return &map->members.back().value;
}

void drop_if_empty(Node* map) {
  const Node& last = map->members.back().value;
  if (last.kind == Node::Kind::map && last.members.empty()) map->members.pop_back();
}

}  // namespace holdfast::config
