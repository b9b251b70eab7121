#include "policy/lint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "policy/index.hpp"
#include "policy/suggest.hpp"

namespace holdfast::policy {
namespace {

class Lint {
 public:
  Lint(const Options& options, const std::vector<LintedRule>& rules, Problems& problems)
      : options_(options), tools_(options.directory.tool_names()), rules_(rules), problems_(problems) {}

  void run() {
    if (options_.default_effect == Effect::allow) {
      warn(options_.default_at, "`default: allow` lets every call through that no rule speaks of",
           "write `default: deny` and allow what is needed");
    }
    Index unconditional;
    for (std::size_t i = 0; i < rules_.size(); ++i) {
      reachable(rules_[i], unconditional);
      target(rules_[i]);
      deep(rules_[i]);
      if (rules_[i].unconditional) unconditional.add(rules_[i].pattern, static_cast<std::uint32_t>(i));
    }
  }

 private:
  // An earlier rule without a condition decides every call this one is about.
  void reachable(const LintedRule& rule, const Index& unconditional) {
    Candidates earlier = unconditional.find(rule.pattern.symbolic());
    while (const auto i = earlier.next()) {
      if (!rules_[*i].pattern.covers(rule.pattern)) continue;
      warn(rule.rule->at,
           fmt::format("rule `{}` is never reached: `{}` decides every call of `{}`", rule.rule->id,
                       rules_[*i].rule->id, rule.rule->tool),
           "move it up, or remove it");
      return;
    }
  }

  // Names an upstream that is not there, or a tool an http upstream does not list.
  void target(const LintedRule& rule) {
    const std::string_view prefix = rule.pattern.literal_prefix();
    const std::size_t dot = prefix.find('.');
    if (dot == std::string_view::npos || options_.directory.upstreams.empty()) return;
    const std::string_view name = prefix.substr(0, dot);
    const KnownUpstream* upstream = options_.directory.find_upstream(name);
    if (upstream == nullptr) {
      std::vector<std::string_view> names;
      for (const KnownUpstream& known : options_.directory.upstreams)
        names.push_back(known.name);
      const std::string_view near = nearest(name, names);
      warn(rule.rule->at,
           fmt::format("rule `{}` never matches: there is no upstream `{}`", rule.rule->id, name),
           near.empty() ? std::string()
                        : fmt::format("did you mean `{}{}`?", near, rule.rule->tool.substr(dot)));
      return;
    }
    if (upstream->protocol != Protocol::http || !lists_tools(*upstream) || matches_listed(rule)) return;
    if (may_be_unlisted(rule.pattern, name)) return;
    const std::vector<std::string_view> tools(tools_.begin(), tools_.end());
    const std::string_view near = nearest(rule.rule->tool, tools);
    warn(rule.rule->at,
         fmt::format("rule `{}` never matches: `{}` is no listed tool of `{}`", rule.rule->id,
                     rule.rule->tool, name),
         near.empty() ? std::string() : fmt::format("did you mean `{}`?", near));
  }

  void deep(const LintedRule& rule) {
    const std::string_view written = rule.rule->tool;
    if (rule.rule->action == Effect::deny || written.find("**") == std::string_view::npos) return;
    if (!matches_listed(rule)) return;
    warn(rule.rule->at,
         fmt::format("rule `{}`: `**` also covers requests that no listed tool matches", rule.rule->id),
         fmt::format("`{}` covers the listed tools only", one_star(written)));
  }

  static std::string one_star(std::string_view pattern) {
    std::string out(pattern);
    for (std::size_t at = out.find("**"); at != std::string::npos; at = out.find("**"))
      out.erase(at, 1);
    return out;
  }

  // The pattern is about <upstream>.http.<method>: the requests that no listed tool matches.
  static bool may_be_unlisted(const ToolPattern& pattern, std::string_view upstream) {
    const std::string home = fmt::format("{}.http.", upstream);
    return pattern.literal_prefix().starts_with(home) || pattern.matches(home + "get") ||
           pattern.matches(home + "post");
  }

  static bool lists_tools(const KnownUpstream& upstream) {
    return std::any_of(upstream.tools.begin(), upstream.tools.end(),
                       [](const Tool& tool) { return !tool.name.empty(); });
  }
  [[nodiscard]] bool matches_listed(const LintedRule& rule) const {
    return std::any_of(tools_.begin(), tools_.end(),
                       [&](const std::string& tool) { return rule.pattern.matches(tool); });
  }
  void warn(const Position& at, std::string message, std::string hint) {
    problems_.push_back({Severity::warning, at, std::move(message), std::move(hint)});
  }

  const Options& options_;
  const std::vector<std::string> tools_;  // those that are listed
  const std::vector<LintedRule>& rules_;
  Problems& problems_;
};

}  // namespace

void lint(const Options& options, const std::vector<LintedRule>& rules, Problems& problems) {
  Lint(options, rules, problems).run();
}

}  // namespace holdfast::policy
