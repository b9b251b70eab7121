#include "config/reader.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "config/environment.hpp"
#include "config/schema.hpp"
#include "config/shown.hpp"
#include "config/suggest.hpp"

namespace holdfast::config {
namespace {

std::string joined(const std::string& base, std::string_view key) {
  return base.empty() ? std::string(key) : fmt::format("{}.{}", base, key);
}

// Of what has keys of its own, or may have.
bool holds_members(Shape::Kind kind) {
  return kind == Shape::Kind::map || kind == Shape::Kind::maps || kind == Shape::Kind::members ||
         kind == Shape::Kind::custom;
}

}  // namespace

void Context::error(Position at, std::string message, std::string hint) {
  problems.push_back({Severity::error, std::move(at), std::move(message), std::move(hint)});
}

std::size_t Context::errors() const {
  return static_cast<std::size_t>(std::count_if(
      problems.begin(), problems.end(), [](const Problem& one) { return one.severity == Severity::error; }));
}

void Context::warning(Position at, std::string message, std::string hint) {
  problems.push_back({Severity::warning, std::move(at), std::move(message), std::move(hint)});
}

std::optional<Scalar> Context::scalar(const Node& node, std::string_view name) {
  if (node.kind != Node::Kind::scalar) {
    error(node.at, fmt::format("`{}` must be a single value", name));
    return std::nullopt;
  }
  auto expanded = expand(node.text);
  if (!expanded) {
    error(node.at, fmt::format("`{}`: {}", name, expanded.error().detail), expanded.error().hint);
    return std::nullopt;
  }
  variables.insert(expanded->variables.begin(), expanded->variables.end());
  Scalar scalar;
  if (node.plain) {
    scalar = plain_scalar(std::move(expanded->text));
  } else {
    scalar.text = std::move(expanded->text);
  }
  scalar.from_environment = expanded->changed;
  return scalar;
}

std::filesystem::path folder_of(const Position& at) {
  return std::filesystem::path(at.file).parent_path();
}

bool is_null(const Node& node) {
  return node.kind == Node::Kind::empty ||
         (node.kind == Node::Kind::scalar && node.plain && node.text == "null");
}

std::string_view kind_of(const Node& node) {
  switch (node.kind) {
    case Node::Kind::empty:
      return "nothing";
    case Node::Kind::scalar:
      return "a single value";
    case Node::Kind::list:
      return "a list";
    case Node::Kind::map:
      return "a map";
  }
  return "nothing";
}

std::string quoted_as_written(const Node& node) {
  constexpr std::size_t kLongest = 60;
  if (node.kind != Node::Kind::scalar) return std::string(kind_of(node));
  return node.text.size() > kLongest ? "this text" : fmt::format("`{}`", node.text);
}

Section::Section(Context* context, const Node* node, std::string name, std::string pattern, Position at,
                 Notes notes)
    : context_(context),
      node_(node),
      name_(std::move(name)),
      pattern_(std::move(pattern)),
      at_(std::move(at)),
      notes_(notes) {
  if (node_ != nullptr && node_->kind != Node::Kind::map) {
    context_->error(node_->at, fmt::format("`{}` must be a map, not {}", name_, kind_of(*node_)));
    node_ = nullptr;
  }
}

bool Section::has_unknown_keys() const {
  return node_ != nullptr &&
         std::any_of(node_->members.begin(), node_->members.end(), [&](const Member& member) {
           return std::find(known_.begin(), known_.end(), member.key) == known_.end();
         });
}

Section::~Section() {
  if (node_ == nullptr) return;
  std::string parent;  // the key in front, when what belongs under it may stand beside it
  for (const Member& member : node_->members) {
    if (std::find(known_.begin(), known_.end(), member.key) != known_.end()) {
      parent =
          std::find(without_content_.begin(), without_content_.end(), member.key) == without_content_.end()
              ? std::string()
              : member.key;
      continue;
    }
    const std::string where = name_.empty() ? std::string() : fmt::format(" in `{}`", name_);
    context_->error(member.at, fmt::format("unknown key `{}`{}", member.key, where),
                    hint_for_unknown(member.key, parent));
  }
}

std::string Section::hint_for_unknown(const std::string& key, const std::string& parent) const {
  if (is_of_a_later_version(key)) return fmt::format("this version of Holdfast has no `{}` here", key);
  std::string near = did_you_mean(key, known_);
  return near.empty() && !parent.empty() ? fmt::format("indent it under `{}`", parent) : near;
}

std::string Section::name_of(std::string_view key) const {
  return joined(name_, key);
}

std::string Section::pattern_of(std::string_view key) const {
  return joined(pattern_, key);
}

const Node* Section::take(std::string_view key, const Shape& shape) {
  return take_noted(key, shape).node;
}

Section::Taken Section::take_noted(std::string_view key, const Shape& shape) {
  known_.emplace_back(key);
  context_->asked.insert(pattern_of(key));
  const Node* node = node_ == nullptr ? nullptr : node_->find(key);
  Notes notes;
  if (notes_.schema != nullptr) notes.schema = describe(notes_.schema, key, shape);
  if (notes_.shown != nullptr) notes.shown = show(notes_.shown, key, node, shape, context_->secret_variables);
  if (node == nullptr) return {nullptr, notes};
  if (!is_null(*node)) return {node, notes};
  if (holds_members(shape.kind)) without_content_.emplace_back(key);
  context_->error(node->at, fmt::format("`{}` has no value", name_of(key)),
                  "give it one, or leave the key out");
  return {nullptr, notes};
}

void Section::require(std::string_view key, std::string hint) {
  if (notes_.schema != nullptr) describe_required(notes_.schema, key);
  if (has(key)) return;
  context_->error(
      at_, name_.empty() ? fmt::format("`{}` is missing", key) : fmt::format("`{}` needs `{}`", name_, key),
      std::move(hint));
}

bool Section::exactly_one(std::string_view one, std::string_view other) {
  if (notes_.schema != nullptr) describe_exactly_one(notes_.schema, one, other);
  return has(one) != has(other);
}

bool Section::together(std::string_view one, std::string_view other) {
  if (notes_.schema != nullptr) describe_together(notes_.schema, one, other);
  return has(one) == has(other);
}

Position Section::place(std::string_view key) const {
  const Node* node = node_ == nullptr ? nullptr : node_->find(key);
  return node == nullptr ? at_ : node->at;
}

void Section::wrong(std::string_view key, const Node& node, std::string_view expected, std::string hint) {
  context_->error(node.at,
                  fmt::format("`{}` must be {}, not {}", name_of(key), expected, quoted_as_written(node)),
                  std::move(hint));
}

void Section::map(std::string_view key, const std::function<void(Section&)>& read) {
  const auto [node, notes] = take_noted(key, {.kind = Shape::Kind::map});
  {
    Section section(context_, node, name_of(key), pattern_of(key), node == nullptr ? at_ : node->at, notes);
    read(section);
  }
  if (notes_.shown != nullptr && node == nullptr) drop_if_empty(notes_.shown);
}

void Section::each(std::string_view key, const std::function<void(Section&)>& read) {
  const auto [node, notes] = take_noted(key, {.kind = Shape::Kind::list});
  if (notes.schema != nullptr) {
    Section section(context_, nullptr, name_of(key) + "[0]", pattern_of(key) + "[]", at_, notes);
    return read(section);
  }
  if (node == nullptr) return;
  if (node->kind != Node::Kind::list) {
    return context_->error(node->at, fmt::format("`{}` must be a list, not {}", name_of(key), kind_of(*node)),
                           "begin each entry with `- `");
  }
  for (std::size_t i = 0; i < node->items.size(); ++i) {
    const Node& item = node->items[i];
    if (item.kind != Node::Kind::map) {
      context_->error(item.at, fmt::format("`{}[{}]` must be a map, not {}", name_of(key), i, kind_of(item)));
      continue;
    }
    Section section(context_, &item, fmt::format("{}[{}]", name_of(key), i), pattern_of(key) + "[]", item.at,
                    {nullptr, notes.shown == nullptr ? nullptr : show_item(notes.shown)});
    read(section);
  }
}

void Section::maps(std::string_view key, const std::function<void(const std::string&, Section&)>& read) {
  const auto [node, notes] = take_noted(key, {.kind = Shape::Kind::maps});
  const std::string pattern = pattern_of(key) + ".*";
  if (notes.schema != nullptr) {
    Section section(context_, nullptr, name_of(key) + ".*", pattern, at_, notes);
    return read("*", section);
  }
  if (node == nullptr) return;
  if (node->kind != Node::Kind::map) {
    return context_->error(node->at, fmt::format("`{}` must be a map, not {}", name_of(key), kind_of(*node)));
  }
  for (const Member& member : node->members) {
    Section section(context_, &member.value, joined(name_of(key), member.key), pattern, member.at,
                    {nullptr, notes.shown == nullptr ? nullptr : show_member(notes.shown, member.key)});
    read(member.key, section);
  }
}

void Section::members(std::string_view key, Node (*schema)(),
                      const std::function<void(const Member&)>& read) {
  const Node* node = take(key, {.kind = Shape::Kind::members, .schema = schema});
  if (node == nullptr) return;
  if (node->kind != Node::Kind::map) {
    return context_->error(node->at, fmt::format("`{}` must be a map, not {}", name_of(key), kind_of(*node)));
  }
  for (const Member& member : node->members)
    read(member);
}

}  // namespace holdfast::config
