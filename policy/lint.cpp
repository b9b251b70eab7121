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
      : options_(options), rules_(rules), problems_(problems) {}

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
    if (dot == std::string_view::npos || options_.upstreams.empty()) return;
    const std::string_view upstream = prefix.substr(0, dot);
    if (!holds(options_.upstreams, upstream)) {
      const std::vector<std::string_view> names(options_.upstreams.begin(), options_.upstreams.end());
      const std::string_view near = nearest(upstream, names);
      warn(rule.rule->at,
           fmt::format("rule `{}` never matches: there is no upstream `{}`", rule.rule->id, upstream),
           near.empty() ? std::string()
                        : fmt::format("did you mean `{}{}`?", near, rule.rule->tool.substr(dot)));
      return;
    }
    if (!holds(options_.http_upstreams, upstream) || !lists_tools(upstream) || matches_listed(rule)) return;
    if (may_be_unlisted(rule.pattern, upstream)) return;
    const std::vector<std::string_view> tools(options_.listed_tools.begin(), options_.listed_tools.end());
    const std::string_view near = nearest(rule.rule->tool, tools);
    warn(rule.rule->at,
         fmt::format("rule `{}` never matches: `{}` is no listed tool of `{}`", rule.rule->id,
                     rule.rule->tool, upstream),
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

  static bool holds(const std::vector<std::string>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  }
  [[nodiscard]] bool lists_tools(std::string_view upstream) const {
    const std::string prefix = fmt::format("{}.", upstream);
    return std::any_of(options_.listed_tools.begin(), options_.listed_tools.end(),
                       [&](const std::string& tool) { return tool.starts_with(prefix); });
  }
  [[nodiscard]] bool matches_listed(const LintedRule& rule) const {
    return std::any_of(options_.listed_tools.begin(), options_.listed_tools.end(),
                       [&](const std::string& tool) { return rule.pattern.matches(tool); });
  }
  void warn(const Position& at, std::string message, std::string hint) {
    problems_.push_back({Severity::warning, at, std::move(message), std::move(hint)});
  }

  const Options& options_;
  const std::vector<LintedRule>& rules_;
  Problems& problems_;
};

}  // namespace

void lint(const Options& options, const std::vector<LintedRule>& rules, Problems& problems) {
  Lint(options, rules, problems).run();
}

}  // namespace holdfast::policy
