#include "config/reader.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "config/environment.hpp"
#include "config/suggest.hpp"

namespace holdfast::config {
namespace {

std::string joined(const std::string& base, std::string_view key) {
  return base.empty() ? std::string(key) : fmt::format("{}.{}", base, key);
}

}  // namespace

void Context::error(Position at, std::string message, std::string hint) {
  problems.push_back({Severity::error, std::move(at), std::move(message), std::move(hint)});
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
    error(node.at, expanded.error().detail);
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

Section::Section(Context* context, const Node* node, std::string name, std::string pattern, Position at)
    : context_(context),
      node_(node),
      name_(std::move(name)),
      pattern_(std::move(pattern)),
      at_(std::move(at)) {
  if (node_ != nullptr && node_->kind != Node::Kind::map) {
    context_->error(node_->at, fmt::format("`{}` must be a map, not {}", name_, kind_of(*node_)));
    node_ = nullptr;
  }
}

Section::~Section() {
  if (node_ == nullptr) return;
  for (const Member& member : node_->members) {
    if (std::find(known_.begin(), known_.end(), member.key) != known_.end()) continue;
    const std::string where = name_.empty() ? std::string() : fmt::format(" in `{}`", name_);
    std::string hint = is_of_a_later_version(member.key)
                           ? fmt::format("this version of Holdfast has no `{}` here", member.key)
                           : did_you_mean(member.key, known_);
    context_->error(member.at, fmt::format("unknown key `{}`{}", member.key, where), std::move(hint));
  }
}

std::string Section::name_of(std::string_view key) const {
  return joined(name_, key);
}

const Node* Section::take(std::string_view key) {
  known_.emplace_back(key);
  context_->asked.insert(joined(pattern_, key));
  const Node* node = node_ == nullptr ? nullptr : node_->find(key);
  if (node == nullptr) return nullptr;
  const bool null = node->kind == Node::Kind::scalar && node->plain && node->text == "null";
  if (node->kind != Node::Kind::empty && !null) return node;
  context_->error(node->at, fmt::format("`{}` has no value", name_of(key)),
                  "give it one, or leave the key out");
  return nullptr;
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

std::optional<Scalar> Section::scalar_of(std::string_view key, const Node** node) {
  *node = take(key);
  if (*node == nullptr) return std::nullopt;
  return context_->scalar(**node, name_of(key));
}

std::optional<std::string> Section::text(std::string_view key) {
  const Node* node = nullptr;
  auto scalar = scalar_of(key, &node);
  if (!scalar) return std::nullopt;
  if (scalar->kind != Scalar::Kind::string && !scalar->from_environment) {
    wrong(key, *node, "a string", fmt::format("quote it: \"{}\"", node->text));
    return std::nullopt;
  }
  if (scalar->text.empty()) {
    context_->error(node->at, fmt::format("`{}` is empty", name_of(key)));
    return std::nullopt;
  }
  return std::move(scalar->text);
}

std::optional<std::string> Section::required_text(std::string_view key) {
  auto value = text(key);
  if (!has(key)) {
    context_->error(at_, name_.empty() ? fmt::format("`{}` is missing", key)
                                       : fmt::format("`{}` needs `{}`", name_, key));
  }
  return value;
}

bool Section::flag(std::string_view key, bool fallback) {
  const Node* node = nullptr;
  const auto scalar = scalar_of(key, &node);
  if (!scalar) return fallback;
  if (scalar->kind == Scalar::Kind::boolean) return scalar->flag;
  wrong(key, *node, "true or false");
  return fallback;
}

std::int64_t Section::integer(std::string_view key, std::int64_t fallback, Range<std::int64_t> range) {
  const Node* node = nullptr;
  const auto scalar = scalar_of(key, &node);
  if (!scalar) return fallback;
  const auto value = scalar->kind == Scalar::Kind::number ? parse_integer(scalar->text) : std::nullopt;
  if (value && *value >= range.least && *value <= range.most) return *value;
  wrong(key, *node, fmt::format("a whole number from {} to {}", range.least, range.most));
  return fallback;
}

std::uint64_t Section::size(std::string_view key, std::uint64_t fallback, Range<std::uint64_t> range) {
  const Node* node = nullptr;
  const auto scalar = scalar_of(key, &node);
  if (!scalar) return fallback;
  const auto value = parse_size(scalar->text);
  if (value && *value >= range.least && *value <= range.most) return *value;
  wrong(key, *node, fmt::format("a size from {} to {}", size_text(range.least), size_text(range.most)),
        "sizes are written 100, 32KiB, 1MiB");
  return fallback;
}

std::optional<std::chrono::milliseconds> Section::duration(std::string_view key,
                                                           Range<std::chrono::milliseconds> range) {
  const Node* node = nullptr;
  const auto scalar = scalar_of(key, &node);
  if (!scalar) return std::nullopt;
  const auto value = parse_duration(scalar->text);
  if (value && *value >= range.least && *value <= range.most) return value;
  wrong(key, *node,
        fmt::format("a duration from {} to {}", duration_text(range.least), duration_text(range.most)),
        "durations are written 50s, 15m, 1h30m, 2ms");
  return std::nullopt;
}

std::vector<std::string> Section::texts(std::string_view key) {
  std::vector<std::string> out;
  const Node* node = take(key);
  if (node == nullptr) return out;
  if (node->kind != Node::Kind::list) {
    context_->error(node->at,
                    fmt::format("`{}` must be a list of strings, not {}", name_of(key), kind_of(*node)),
                    "write [one, two]");
    return out;
  }
  for (const Node& item : node->items) {
    auto scalar = context_->scalar(item, name_of(key));
    if (!scalar) continue;
    const bool string = scalar->kind == Scalar::Kind::string || scalar->from_environment;
    if (!string || scalar->text.empty()) {
      context_->error(item.at,
                      fmt::format("`{}` must be a list of strings, with nothing empty in it", name_of(key)));
    } else if (std::find(out.begin(), out.end(), scalar->text) != out.end()) {
      context_->error(item.at, fmt::format("{} stands twice in `{}`", quoted_as_written(item), name_of(key)));
    } else {
      out.push_back(std::move(scalar->text));
    }
  }
  return out;
}

std::size_t Section::choice(std::string_view key, std::size_t fallback,
                            const std::vector<std::string>& names) {
  const Node* node = nullptr;
  const auto scalar = scalar_of(key, &node);
  if (!scalar) return fallback;
  const auto found = std::find(names.begin(), names.end(), scalar->text);
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  wrong(key, *node, fmt::format("one of {}", fmt::join(names, ", ")), did_you_mean(node->text, names));
  return fallback;
}

void Section::map(std::string_view key, const std::function<void(Section&)>& read) {
  const Node* node = take(key);
  Section section(context_, node, name_of(key), joined(pattern_, key), node == nullptr ? at_ : node->at);
  read(section);
}

void Section::each(std::string_view key, const std::function<void(Section&)>& read) {
  const Node* node = take(key);
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
    Section section(context_, &item, fmt::format("{}[{}]", name_of(key), i), joined(pattern_, key) + "[]",
                    item.at);
    read(section);
  }
}

void Section::members(std::string_view key, const std::function<void(const Member&)>& read) {
  const Node* node = take(key);
  if (node == nullptr) return;
  if (node->kind != Node::Kind::map) {
    return context_->error(node->at, fmt::format("`{}` must be a map, not {}", name_of(key), kind_of(*node)));
  }
  for (const Member& member : node->members)
    read(member);
}

}  // namespace holdfast::config
