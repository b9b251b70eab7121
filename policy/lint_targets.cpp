// Rules about tools that are not there, and `**` beside listed tools.
#include <fmt/format.h>

#include <algorithm>

#include "policy/lint_parts.hpp"
#include "policy/names.hpp"
#include "policy/suggest.hpp"

namespace holdfast::policy {
namespace {

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
    if (directory_.upstreams.empty()) return;
    const std::string& text = rule.pattern.text();
    const bool one_segment = text.find('.') == std::string::npos && text.find("**") == std::string::npos;
    if (one_segment && !directory_.others) return no_dot(rule);
    const std::string_view prefix = rule.pattern.literal_prefix();
    const std::size_t dot = prefix.find('.');
    if (dot == std::string_view::npos) return;
    const std::string_view name = prefix.substr(0, dot);
    const KnownUpstream* upstream = directory_.find_upstream(name);
    if (upstream == nullptr) return no_upstream(rule, name);
    if (upstream->protocol != Protocol::http || !lists_tools(*upstream) || matches_listed(rule)) return;
    if (may_be_unlisted(rule.pattern, name)) return;
    const std::string near = nearest_tool(rule.rule->tool);
    report_.warn(rule.rule->at,
                 fmt::format("rule `{}` never matches: `{}` is no listed tool of `{}`", rule.rule->id,
                             rule.rule->tool, name),
                 near.empty() ? near : fmt::format("did you mean `{}`?", near));
  }

  void no_dot(const LintedRule& rule) {
    const std::string& written = rule.rule->tool;
    std::string hint = nearest_tool(written);
    if (directory_.find_upstream(written) != nullptr) hint = written + ".*";
    for (const std::string& tool : tools_) {
      if (hint.empty() && tool.ends_with("." + written)) hint = tool;
    }
    if (hint.empty() && !rule.pattern.exact()) hint = written + ".*";
    report_.warn(
        rule.rule->at,
        fmt::format("rule `{}` never matches: no tool is called `{}`: a name is <upstream>.<operation>",
                    rule.rule->id, written),
        hint.empty() ? hint : fmt::format("did you mean `{}`?", hint));
  }

  // The listed tool that was meant, where case does not count; or nothing.
  [[nodiscard]] std::string nearest_tool(const std::string& written) const {
    std::vector<std::string> folded;
    for (const std::string& tool : tools_)
      folded.push_back(fold(tool).value_or(tool));
    const std::vector<std::string_view> views(folded.begin(), folded.end());
    const std::string asked = fold(written).value_or(written);
    const std::string_view near = nearest(asked, views);
    const auto at = std::find(views.begin(), views.end(), near);
    return near.empty() ? std::string() : tools_[static_cast<std::size_t>(at - views.begin())];
  }

  void no_upstream(const LintedRule& rule, std::string_view name) {
    const std::string tool = rule.pattern.exact() ? nearest_tool(rule.rule->tool) : std::string();
    std::vector<std::string_view> names;
    for (const KnownUpstream& known : directory_.upstreams)
      names.push_back(known.name);
    const std::string_view near = nearest(name, names);
    if (directory_.others && near.empty() && tool.empty()) return;
    const std::string rest = near.empty() ? "" : std::string(near) + rule.rule->tool.substr(name.size());
    const std::string& meant = tool.empty() ? rest : tool;
    report_.warn(rule.rule->at,
                 fmt::format("rule `{}`{}: there is no upstream `{}`", rule.rule->id,
                             directory_.others ? "" : " never matches", name),
                 meant.empty() ? meant : fmt::format("did you mean `{}`?", meant));
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

bool lists_tools(const KnownUpstream& upstream) {
  return std::any_of(upstream.tools.begin(), upstream.tools.end(),
                     [](const Tool& tool) { return !tool.name.empty(); });
}

bool may_be_unlisted(const ToolPattern& pattern, std::string_view upstream) {
  const std::string home = fmt::format("{}.http.", upstream);
  return pattern.literal_prefix().starts_with(home) || pattern.matches(home + "get") ||
         pattern.matches(home + "post");
}

void lint_targets(const Options& options, const std::vector<LintedRule>& rules, LintReport report) {
  Targets targets(options.directory, report);
  for (const LintedRule& rule : rules)
    targets.look(rule);
}

}  // namespace holdfast::policy
