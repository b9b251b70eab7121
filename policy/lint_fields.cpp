// Rules on what their tools do not have, or need not have.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "policy/lint_parts.hpp"
#include "policy/suggest.hpp"

namespace holdfast::policy {
namespace {

// A test on an argument or a path parameter, by its first name.
struct Named {
  const Test* test;
  Source source;
  std::string name;
};

std::optional<Named> named_in(const Test& test) {
  const auto field = parse_field(test.field);
  if (!field) return std::nullopt;
  if (field->source == Source::path_parameter) return Named{&test, field->source, field->name.text()};
  if (field->source != Source::args) return std::nullopt;
  return Named{&test, field->source, field->steps.front().name.text()};
}

bool holds(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::vector<std::string> argument_names(const Tool& tool) {
  std::vector<std::string> names;
  for (const auto& [name, source] : tool.args)
    names.push_back(name);
  return names;
}

std::vector<std::string> parameters_of(const Tool& tool) {
  std::vector<std::string> names;
  for (std::size_t open = tool.path.find('{'); open != std::string::npos;
       open = tool.path.find('{', open + 1))
    names.push_back(tool.path.substr(open + 1, tool.path.find('}', open) - open - 1));
  return names;
}

// Whether calls of the tool can have it, as far as the configuration says.
enum class Has { yes, no, unclear, unknown };

Has has(const Tool& tool, const Named& named) {
  if (named.source == Source::path_parameter)
    return holds(parameters_of(tool), named.name) ? Has::yes : Has::no;
  if (holds(tool.unclear_args, named.name)) return Has::unclear;
  if (holds(argument_names(tool), named.name)) return Has::yes;
  return tool.args.empty() ? Has::unknown : Has::no;
}

// It has been said what becomes of its absence.
bool minds_absence(const Condition& condition, const Test& test) {
  if (test.missing || test.op == Operator::exists) return true;
  bool minded = false;
  each_test(condition, [&](const Test& other) {
    minded = minded || (other.op == Operator::exists && other.field == test.field);
  });
  return minded;
}

// Something in the condition tells tools apart, so it need not be about all that the pattern matches.
bool tells_tools_apart(const Condition& condition) {
  bool tells = false;
  each_test(condition, [&](const Test& test) {
    const auto field = parse_field(test.field);
    if (!field) return;
    const Source source = field->source;
    tells = tells || source == Source::tool || source == Source::upstream || source == Source::operation ||
            source == Source::method || source == Source::path || source == Source::host ||
            source == Source::risk_level;
  });
  return tells;
}

// What an unknown condition comes to.
std::string comes_to(const Rule& rule) {
  const bool alone = rule.when->kind == Condition::Kind::test;
  const std::string settled = alone ? "" : " unless the rest of it settles it";
  if (rule.action == Effect::allow) return settled + ", and the rule does not allow the call";
  return fmt::format("{}, and nothing laxer than {} is decided", settled, to_string(rule.action));
}

class Fields {
 public:
  Fields(const Directory& directory, LintReport report) : directory_(directory), report_(report) {}

  void look(const LintedRule& rule) {
    if (!rule.rule->when) return;
    rule_ = &rule;
    const Tool* tool = rule.pattern.exact() ? directory_.find_tool(rule.pattern.text()) : nullptr;
    std::vector<std::string> seen;
    each_test(*rule.rule->when, [&](const Test& test) {
      const auto named = named_in(test);
      if (!named || holds(seen, test.field)) return;
      seen.push_back(test.field);
      if (tool != nullptr) {
        of_tool(*tool, *named);
      } else if (!rule.pattern.exact()) {
        of_several(*named);
      }
    });
  }

 private:
  void of_tool(const Tool& tool, const Named& named) {
    if (tool.method.empty()) return;  // an mcp server says itself what its tools take
    switch (has(tool, named)) {
      case Has::no:
        return absent(tool, named);
      case Has::unclear:
        return report_.warn(
            named.test->at,
            fmt::format(
                "rule `{}`: `{}` of `{}` has several sources, so what is said of it is always unknown", id(),
                named.test->field, rule_->rule->tool),
            fmt::format("say where it comes from: args: {{{}: body.{}}}", named.name, named.name));
      case Has::yes:
        return optional(tool, named);
      case Has::unknown:
        return;
    }
  }

  // What an OpenAPI document does not describe may be in a body all the same; who looks for that knows it.
  void absent(const Tool& tool, const Named& named) {
    if (tool.imported && named.source == Source::args && minds_absence(*rule_->rule->when, *named.test))
      return;
    const std::vector<std::string> names =
        named.source == Source::args ? argument_names(tool) : parameters_of(tool);
    const std::vector<std::string_view> views(names.begin(), names.end());
    const std::string_view near = nearest(named.name, views);
    const std::string prefix = named.test->field.substr(0, named.test->field.find('.'));
    report_.warn(named.test->at,
                 fmt::format("rule `{}`: `{}` has no `{}.{}`", id(), rule_->rule->tool, prefix, named.name),
                 near.empty() ? std::string() : fmt::format("did you mean `{}.{}`?", prefix, near));
  }

  // Only a document says which arguments are required.
  void optional(const Tool& tool, const Named& named) {
    if (!tool.imported || named.source != Source::args || holds(tool.required_args, named.name)) return;
    if (minds_absence(*rule_->rule->when, *named.test)) return;
    report_.warn(
        named.test->at,
        fmt::format("rule `{}`: `{}` is optional: asked of a call without it, the condition is unknown{}",
                    id(), named.test->field, comes_to(*rule_->rule)),
        fmt::format("say what its absence means: `{}: {{..., missing: false}}`", named.test->field));
  }

  // A field of one tool, asked of several: of the others the condition is unknown, and that counts.
  void of_several(const Named& named) {
    const Condition& when = *rule_->rule->when;
    if (rule_->rule->action == Effect::allow || minds_absence(when, *named.test) || tells_tools_apart(when))
      return;
    std::vector<std::string> with;
    std::string without;
    for (const KnownUpstream& upstream : directory_.upstreams) {
      for (const Tool& tool : upstream.tools) {
        const std::string name = upstream.name + "." + tool.name;
        if (tool.name.empty() || tool.method.empty() || !rule_->pattern.matches(name)) continue;
        const Has it = has(tool, named);
        if (it == Has::yes) with.push_back(name);
        if (it == Has::no && without.empty()) without = name;
      }
    }
    const bool every_tool = rule_->pattern.text() == "**";
    if (without.empty() && !every_tool) return;
    const std::string about = every_tool
                                  ? std::string("every tool")
                                  : fmt::format("`{}` too, which has no `{}`", without, named.test->field);
    report_.warn(
        named.test->at,
        fmt::format("rule `{}` is about {}: asked of a call without `{}`, its condition is unknown{}", id(),
                    about, named.test->field, comes_to(*rule_->rule)),
        with.size() == 1
            ? fmt::format("name the tool that has it, `{}`, or say `missing: false`", with.front())
            : std::string("name the tools that have it, or say `missing: false`"));
  }

  [[nodiscard]] const std::string& id() const { return rule_->rule->id; }

  const Directory& directory_;
  LintReport report_;
  const LintedRule* rule_ = nullptr;
};

}  // namespace

void lint_fields(const Options& options, const std::vector<LintedRule>& rules, LintReport report) {
  Fields fields(options.directory, report);
  for (const LintedRule& rule : rules)
    fields.look(rule);
}

}  // namespace holdfast::policy
