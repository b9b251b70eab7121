#include "policy/field.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "policy/suggest.hpp"

namespace holdfast::policy {
namespace {

struct Fact {
  std::string_view name;
  Source source;
};

// Fields that are one word, and those that end in a name of the call's own.
constexpr std::array<Fact, 15> kFacts{{
    {"tool", Source::tool},
    {"upstream", Source::upstream},
    {"operation", Source::operation},
    {"operation_type", Source::operation},
    {"http.method", Source::method},
    {"http.path", Source::path},
    {"http.host", Source::host},
    {"agent.id", Source::agent_id},
    {"agent.trust_tier", Source::trust_tier},
    {"agent.labels_seen", Source::labels_seen},
    {"risk_level", Source::risk_level},
    {"annotations.read_only", Source::read_only},
    {"annotations.destructive", Source::destructive},
    {"annotations.idempotent", Source::idempotent},
    {"annotations.open_world", Source::open_world},
}};
constexpr Fact kTierAlias{"trust_tier", Source::trust_tier};
constexpr std::array<Fact, 9> kPrefixes{{
    {"http.header.", Source::header},
    {"http.query.", Source::query},
    {"query.", Source::query},
    {"path.", Source::path_parameter},
    {"agent.labels.", Source::label},
    {"args.", Source::args},
    {"body.", Source::body},
    {"context.", Source::context},
    {"env.", Source::env},
}};
constexpr std::string_view kBodyItems = "body[*]";

bool is_token(std::string_view text) {  // RFC 9110 §5.6.2
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

std::optional<Source> fact(std::string_view text) {
  for (const Fact& known : kFacts) {
    if (known.name == text) return known.source;
  }
  if (text == kTierAlias.name) return kTierAlias.source;
  return std::nullopt;
}

bool is_known(std::string_view text) {
  return fact(text) || std::any_of(kPrefixes.begin(), kPrefixes.end(), [&](const Fact& prefix) {
           return text.size() > prefix.name.size() && text.starts_with(prefix.name);
         });
}

// The nearest field there is. Most of those who write a bare name mean an argument.
std::string hint_for(std::string_view text) {
  if (text == "agent") return "agent.id";
  for (const char* home : {"http.", "agent.", "annotations."}) {
    if (std::string guess = home + std::string(text); is_known(guess)) return guess;
  }
  std::vector<std::string_view> names = {kTierAlias.name};
  for (const Fact& known : kFacts)
    names.push_back(known.name);
  if (const auto near = nearest(text, names); !near.empty()) return std::string(near);
  // These have a second word of ours; the others one.
  const bool two_words =
      text.starts_with("http.") || text.starts_with("agent.") || text.starts_with("annotations.");
  const std::size_t dot = text.find('.', two_words ? text.find('.') + 1 : 0);
  if (dot == std::string_view::npos) return two_words ? std::string() : fmt::format("args.{}", text);
  std::vector<std::string_view> prefixes;
  for (const Fact& prefix : kPrefixes)
    prefixes.push_back(prefix.name);
  const auto near = nearest(text.substr(0, dot + 1), prefixes);
  if (near.empty()) return two_words ? std::string() : fmt::format("args.{}", text);
  return fmt::format("{}{}", near, text.substr(dot + 1));
}

Checked<Step> parse_name(std::string_view text, std::string_view field) {
  if (text.empty()) return complain(fmt::format("field `{}` has an empty name between its dots", field));
  if (text.find_first_of("[]*") != std::string_view::npos) {
    return complain(fmt::format("field `{}`: only `[*]` may stand in brackets, at the end of a name", field),
                    "write `args.items[*].price` for the price of every item");
  }
  const auto kind = text == "length" ? Step::Kind::length : Step::Kind::member;
  return Step{kind, Name(std::string(text))};
}

// `items[*].price`. In the middle of a path `length` can only be a member.
Checked<std::vector<Step>> parse_steps(std::string_view text, std::string_view field) {
  std::vector<Step> steps;
  while (true) {
    std::string_view part = text.substr(0, text.find('.'));
    const bool last = part.size() == text.size();
    text.remove_prefix(last ? text.size() : part.size() + 1);
    std::size_t each = 0;
    for (; part.ends_with("[*]"); ++each)
      part.remove_suffix(3);
    Checked<Step> step = parse_name(part, field);
    if (!step) return tl::unexpected(step.error());
    if (!last || each > 0) step->kind = Step::Kind::member;
    steps.push_back(std::move(*step));
    steps.insert(steps.end(), each, Step{Step::Kind::each, {}});
    if (last) return steps;
  }
}

// After `body[*]`: nothing, more `[*]`, or a dot and a path.
Checked<std::vector<Step>> parse_body_items(std::string_view rest, std::string_view field) {
  std::vector<Step> steps = {Step{Step::Kind::each, {}}};
  for (; rest.starts_with("[*]"); rest.remove_prefix(3))
    steps.push_back(Step{Step::Kind::each, {}});
  if (rest.empty()) return steps;
  if (rest.front() != '.') return complain(fmt::format("field `{}`: a dot must follow `[*]`", field));
  Checked<std::vector<Step>> inner = parse_steps(rest.substr(1), field);
  if (!inner) return inner;
  steps.insert(steps.end(), std::make_move_iterator(inner->begin()), std::make_move_iterator(inner->end()));
  return steps;
}

Checked<FieldPath> parse_prefixed(Source source, std::string_view name, std::string_view text) {
  FieldPath field;
  field.source = source;
  if (field.in_document()) {
    Checked<std::vector<Step>> steps = parse_steps(name, text);
    if (!steps) return tl::unexpected(steps.error());
    field.steps = std::move(*steps);
    return field;
  }
  std::string wanted(name);
  if (source == Source::header) {
    if (!is_token(name)) return complain(fmt::format("field `{}`: `{}` is not a header name", text, name));
    std::transform(wanted.begin(), wanted.end(), wanted.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
  }
  field.name = Name(std::move(wanted));
  return field;
}

}  // namespace

FieldType FieldPath::type() const {
  switch (source) {
    case Source::args:
    case Source::body:
    case Source::context:
      return FieldType::json;
    case Source::trust_tier:
      return FieldType::number;
    case Source::read_only:
    case Source::destructive:
    case Source::idempotent:
    case Source::open_world:
      return FieldType::boolean;
    case Source::labels_seen:
      return FieldType::list;
    case Source::tool:
    case Source::upstream:
    case Source::operation:
    case Source::method:
    case Source::path:
    case Source::host:
    case Source::header:
    case Source::query:
    case Source::path_parameter:
    case Source::agent_id:
    case Source::label:
    case Source::risk_level:
    case Source::env:
      break;
  }
  return FieldType::text;
}

bool FieldPath::is_hint() const {
  return source == Source::context || type() == FieldType::boolean;
}

std::size_t FieldPath::next_each(std::size_t from) const {
  while (from < steps.size() && steps[from].kind != Step::Kind::each)
    ++from;
  return from;
}

bool precedes_calls(Source source) {
  switch (source) {
    case Source::tool:
    case Source::upstream:
    case Source::operation:
    case Source::agent_id:
    case Source::trust_tier:
    case Source::label:
    case Source::risk_level:
    case Source::env:
      return true;
    case Source::method:
    case Source::path:
    case Source::host:
    case Source::header:
    case Source::query:
    case Source::path_parameter:
    case Source::labels_seen:
    case Source::args:
    case Source::context:
    case Source::read_only:
    case Source::destructive:
    case Source::idempotent:
    case Source::open_world:
    case Source::body:
      return false;
  }
  return false;
}

Checked<FieldPath> parse_field(std::string_view text) {
  if (!is_nfc(text)) return complain("a field is not UTF-8 text in normal form C");
  if (const auto source = fact(text)) {
    FieldPath field;
    field.source = *source;
    return field;
  }
  for (const Fact& prefix : kPrefixes) {
    if (text.size() > prefix.name.size() && text.starts_with(prefix.name)) {
      return parse_prefixed(prefix.source, text.substr(prefix.name.size()), text);
    }
  }
  if (text.starts_with(kBodyItems)) {
    Checked<std::vector<Step>> steps = parse_body_items(text.substr(kBodyItems.size()), text);
    if (!steps) return tl::unexpected(steps.error());
    FieldPath field;
    field.source = Source::body;
    field.steps = std::move(*steps);
    return field;
  }
  if (text == "time") {
    return complain("`time` has no operators",
                    "write `time: {days: mon-fri, between: \"09:00-18:00\", zone: Europe/Berlin}`");
  }
  if (text == "args" || text == "body" || text == "context") {
    return complain(fmt::format("`{}` alone is not a field", text),
                    fmt::format("name a member: `{}.amount`", text));
  }
  const std::string hint = hint_for(text);
  return complain(fmt::format("there is no field `{}`", text),
                  hint.empty() ? std::string() : fmt::format("did you mean `{}`?", hint));
}

}  // namespace holdfast::policy
