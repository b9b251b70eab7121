// The values a key may have: scalars and lists of them.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "config/environment.hpp"
#include "config/reader.hpp"
#include "config/suggest.hpp"

namespace holdfast::config {
namespace {

constexpr std::string_view kDigits = "0123456789";

// `1d`: days are not all of 24 hours, so there is no such unit.
std::string duration_hint(const Scalar& scalar) {
  constexpr std::size_t kMostDigits = 3;
  const std::size_t digits = std::min(scalar.text.find_first_not_of(kDigits), scalar.text.size());
  const bool days = digits > 0 && digits <= kMostDigits && scalar.text.substr(digits) == "d";
  if (!days || scalar.from_environment) return "durations are written 50s, 15m, 1h30m, 2ms";
  return fmt::format("there is no unit for days: write {}h", 24 * std::stoi(scalar.text));
}

std::string list_hint(const Node& node) {
  constexpr std::size_t kLongest = 60;
  const bool plain = !node.text.empty() && node.text.size() <= kLongest &&
                     std::all_of(node.text.begin(), node.text.end(), [](char c) {
                       return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
                              std::string_view("_-., ").find(c) != std::string_view::npos;
                     });
  return plain ? fmt::format("write [{}]", node.text) : "write [one, two]";
}

}  // namespace

std::optional<Scalar> Section::scalar_of(std::string_view key, const Node** node, const Shape& shape) {
  *node = take(key, shape);
  if (*node == nullptr) return std::nullopt;
  return context_->scalar(**node, name_of(key));
}

std::optional<std::string> Section::text(std::string_view key) {
  return text_of(key, {.kind = Shape::Kind::text});
}

std::string Section::text(std::string_view key, const std::string& fallback) {
  return text_of(key, {.kind = Shape::Kind::text, .fallback = quoted(fallback)}).value_or(fallback);
}

std::optional<std::string> Section::text_of(std::string_view key, const Shape& shape) {
  const Node* node = nullptr;
  auto scalar = scalar_of(key, &node, shape);
  if (!scalar) return std::nullopt;
  if (scalar->kind != Scalar::Kind::string && !scalar->from_environment) {
    wrong(key, *node, "a string", fmt::format("quote it: \"{}\"", node->text));
    return std::nullopt;
  }
  if (scalar->text.empty()) {
    context_->error(node->at, fmt::format("`{}` is empty", name_of(key)), emptiness_of(node->text));
    return std::nullopt;
  }
  return std::move(scalar->text);
}

std::optional<std::string> Section::required_text(std::string_view key) {
  require(key);
  return text(key);
}

bool Section::flag(std::string_view key, bool fallback) {
  const Node* node = nullptr;
  const auto scalar =
      scalar_of(key, &node, {.kind = Shape::Kind::flag, .fallback = plain(fallback ? "true" : "false")});
  if (!scalar) return fallback;
  if (scalar->kind == Scalar::Kind::boolean) return scalar->flag;
  wrong(key, *node, "true or false");
  return fallback;
}

std::int64_t Section::integer(std::string_view key, std::int64_t fallback, Range<std::int64_t> range) {
  return integer(key, fallback, range,
                 {.kind = Shape::Kind::integer,
                  .least = range.least,
                  .most = range.most,
                  .fallback = plain(std::to_string(fallback))});
}

std::int64_t Section::integer(std::string_view key, std::int64_t fallback, Range<std::int64_t> range,
                              const Shape& shape) {
  const Node* node = nullptr;
  const auto scalar = scalar_of(key, &node, shape);
  if (!scalar) return fallback;
  const auto value = scalar->kind == Scalar::Kind::number ? parse_integer(scalar->text) : std::nullopt;
  if (value && *value >= range.least && *value <= range.most) return *value;
  wrong(key, *node,
        range.least == range.most ? std::to_string(range.least)
                                  : fmt::format("a whole number from {} to {}", range.least, range.most),
        !node->plain && parse_integer(scalar->text) ? "write it without quotes" : "");
  return fallback;
}

std::uint64_t Section::size(std::string_view key, std::uint64_t fallback, Range<std::uint64_t> range) {
  const Node* node = nullptr;
  const auto scalar = scalar_of(key, &node,
                                {.kind = Shape::Kind::size,
                                 .least = static_cast<std::int64_t>(range.least),
                                 .most = static_cast<std::int64_t>(range.most),
                                 .fallback = plain(size_text(fallback))});
  if (!scalar) return fallback;
  const auto value = parse_size(scalar->text);
  if (value && *value >= range.least && *value <= range.most) return *value;
  wrong(key, *node, fmt::format("a size from {} to {}", size_text(range.least), size_text(range.most)),
        "sizes are written 100, 32KiB, 1MiB");
  return fallback;
}

std::chrono::milliseconds Section::duration(std::string_view key, std::chrono::milliseconds fallback,
                                            Range<std::chrono::milliseconds> range) {
  return duration_of(key, range, plain(duration_text(fallback))).value_or(fallback);
}

std::optional<std::chrono::milliseconds> Section::duration(std::string_view key,
                                                           Range<std::chrono::milliseconds> range) {
  return duration_of(key, range, std::nullopt);
}

std::optional<std::chrono::milliseconds> Section::duration_of(std::string_view key,
                                                              Range<std::chrono::milliseconds> range,
                                                              std::optional<Node> fallback) {
  const Node* node = nullptr;
  const auto scalar = scalar_of(key, &node,
                                {.kind = Shape::Kind::duration,
                                 .least = range.least.count(),
                                 .most = range.most.count(),
                                 .fallback = std::move(fallback)});
  if (!scalar) return std::nullopt;
  const auto value = parse_duration(scalar->text);
  if (value && *value >= range.least && *value <= range.most) return value;
  wrong(key, *node,
        fmt::format("a duration from {} to {}", duration_text(range.least), duration_text(range.most)),
        duration_hint(*scalar));
  return std::nullopt;
}

std::vector<std::string> Section::texts(std::string_view key, const std::vector<std::string>& words,
                                        std::int64_t least) {
  std::vector<std::string> out;
  const Node* node =
      take(key, {.kind = Shape::Kind::texts, .least = least, .words = words, .fallback = list_of({})});
  if (node == nullptr) return out;
  if (node->kind != Node::Kind::list) {
    context_->error(node->at,
                    fmt::format("`{}` must be a list of strings, not {}", name_of(key), kind_of(*node)),
                    list_hint(*node));
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
  const auto scalar = scalar_of(
      key, &node, {.kind = Shape::Kind::choice, .words = names, .fallback = plain(names.at(fallback))});
  if (!scalar) return fallback;
  const auto found = std::find(names.begin(), names.end(), scalar->text);
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  wrong(key, *node, fmt::format("one of {}", fmt::join(names, ", ")), did_you_mean(node->text, names));
  return fallback;
}

}  // namespace holdfast::config
