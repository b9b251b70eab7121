// How a rule comes and goes: `mode: shadow`, and `expires`. And `env`, the constants that conditions ask for.
#include <fmt/format.h>

#include <algorithm>

#include "config/schema.hpp"
#include "config/sections.hpp"
#include "core/clock.hpp"

namespace holdfast::config {
namespace {

// The moment from which it is over: `2027-01-31` is that day, to its end in UTC.
std::optional<WallTime> end_of(const std::string& text) {
  constexpr std::size_t kDate = std::string_view("2027-01-31").size();
  constexpr std::size_t kSeconds = std::string_view("2027-01-31T18:00:00Z").size();
  if (text.size() == kDate) {
    const auto midnight = parse_rfc3339(text + "T00:00:00.000Z");
    if (!midnight) return std::nullopt;
    return *midnight + std::chrono::days(1);
  }
  const bool whole_seconds = text.size() == kSeconds && text.ends_with('Z');
  const auto time = parse_rfc3339(whole_seconds ? text.substr(0, kSeconds - 1) + ".000Z" : text);
  if (!time) return std::nullopt;
  return *time;
}

bool is_name(std::string_view text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !text.empty() && letter(text.front()) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

}  // namespace

void read_rollout(Section& section, policy::Rule& rule) {
  rule.shadow = section.choice("mode", 0, {"enforce", "shadow"}) == 1;
  const auto expires = section.text("expires");
  if (!expires) return;
  rule.expires = end_of(*expires);
  if (rule.expires) return;
  section.wrong("expires", *section.peek("expires"), "a date, or a time in UTC",
                "such as 2027-01-31, or 2027-01-31T18:00:00Z");
}

void read_env(Section& root, policy::Options& options) {
  root.members("env", schema::any_text, [&](const Member& member) {
    if (!is_name(member.key)) {
      return root.context().error(member.at, "a name under `env` is letters, digits and `_`",
                                  "such as env: {STAGE: \"${STAGE}\"}");
    }
    const std::string name = fmt::format("env.{}", member.key);
    if (member.value.kind != Node::Kind::scalar) {
      return root.context().error(member.value.at, fmt::format("`{}` must be text", name),
                                  fmt::format("such as {0}: \"${{{0}}}\"", member.key));
    }
    auto value = root.context().scalar(member.value, name);
    if (!value) {  // declared all the same: conditions that ask for it are not to be told otherwise
      options.env.emplace(member.key, "");
      return;
    }
    if (value->kind != Scalar::Kind::string && !value->from_environment) {
      return root.context().error(
          member.value.at, fmt::format("`{}` must be text, not {}", name, quoted_as_written(member.value)),
          fmt::format("quote it: \"{}\"", member.value.text));
    }
    options.env.emplace(member.key, std::move(value->text));
  });
}

}  // namespace holdfast::config
