// Rules about tools that are not there, and `**` beside listed tools.
#include <fmt/format.h>

#include <algorithm>

#include "policy/lint_parts.hpp"
#include "policy/suggest.hpp"

namespace holdfast::policy {
namespace {

bool lists_tools(const KnownUpstream& upstream) {
  return std::any_of(upstream.tools.begin(), upstream.tools.end(),
                     [](const Tool& tool) { return !tool.name.empty(); });
}

// The pattern is about <upstream>.http.<method>: the requests that no listed tool matches.
bool may_be_unlisted(const ToolPattern& pattern, std::string_view upstream) {
  const std::string home = fmt::format("{}.http.", upstream);
  return pattern.literal_prefix().starts_with(home) || pattern.matches(home + "get") ||
         pattern.matches(home + "post");
}

std::string one_star(std::string_view pattern) {
  std::string out(pattern);
  for (std::size_t at = out.find("**"); at != std::string::npos; at = out.find("**"))
    out.erase(at, 1);
  return out;
}

class Targets {
 public:
  Targets(const Directory& directory, LintReport report)
      : directory_(directory), tools_(directory.tool_names()), report_(report) {}

  void look(const LintedRule& rule) {
    target(rule);
    deep(rule);
  }

 private:
  // Names an upstream that is not there, or a tool an http upstream does not list.
  void target(const LintedRule& rule) {
    const std::string_view prefix = rule.pattern.literal_prefix();
    const std::size_t dot = prefix.find('.');
    if (dot == std::string_view::npos || directory_.upstreams.empty()) return;
    const std::string_view name = prefix.substr(0, dot);
    const KnownUpstream* upstream = directory_.find_upstream(name);
    if (upstream == nullptr) return no_upstream(rule, name);
    if (upstream->protocol != Protocol::http || !lists_tools(*upstream) || matches_listed(rule)) return;
    if (may_be_unlisted(rule.pattern, name)) return;
    const std::vector<std::string_view> tools(tools_.begin(), tools_.end());
    const std::string_view near = nearest(rule.rule->tool, tools);
    report_.warn(rule.rule->at,
                 fmt::format("rule `{}` never matches: `{}` is no listed tool of `{}`", rule.rule->id,
                             rule.rule->tool, name),
                 near.empty() ? std::string() : fmt::format("did you mean `{}`?", near));
  }

  void no_upstream(const LintedRule& rule, std::string_view name) {
    std::vector<std::string_view> names;
    for (const KnownUpstream& known : directory_.upstreams)
      names.push_back(known.name);
    const std::string_view near = nearest(name, names);
    if (directory_.others && near.empty()) return;
    report_.warn(rule.rule->at,
                 fmt::format("rule `{}`{}: there is no upstream `{}`", rule.rule->id,
                             directory_.others ? "" : " never matches", name),
                 near.empty()
                     ? std::string()
                     : fmt::format("did you mean `{}{}`?", near, rule.rule->tool.substr(name.size())));
  }

  void deep(const LintedRule& rule) {
    const std::string_view written = rule.rule->tool;
    if (rule.rule->action == Effect::deny || written.find("**") == std::string_view::npos) return;
    if (!matches_listed(rule)) return;
    report_.warn(
        rule.rule->at,
        fmt::format("rule `{}`: `**` also covers requests that no listed tool matches", rule.rule->id),
        fmt::format("`{}` covers the listed tools only, and not the HEAD of what is listed as GET",
                    one_star(written)));
  }

  [[nodiscard]] bool matches_listed(const LintedRule& rule) const {
    return std::any_of(tools_.begin(), tools_.end(),
                       [&](const std::string& tool) { return rule.pattern.matches(tool); });
  }

  const Directory& directory_;
  const std::vector<std::string> tools_;  // those that are listed
  LintReport report_;
};

}  // namespace

void lint_targets(const Options& options, const std::vector<LintedRule>& rules, LintReport report) {
  Targets targets(options.directory, report);
  for (const LintedRule& rule : rules)
    targets.look(rule);
}

}  // namespace holdfast::policy
