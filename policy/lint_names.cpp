// Conditions that name a tool, an upstream or an operation that is not there: a slip of the pen, by which a
// rule, or an auto_reject, is about nothing.
#include <fmt/format.h>

#include <algorithm>

#include "policy/lint_parts.hpp"
#include "policy/suggest.hpp"

namespace holdfast::policy {
namespace {

// The texts that a comparison names one by one.
std::vector<std::string> names_in(const Test& test) {
  std::vector<std::string> names;
  const auto add = [&](const Operand& operand) {
    if (operand.kind == Operand::Kind::string) names.push_back(operand.text);
  };
  if (test.op == Operator::eq || test.op == Operator::ne) add(test.operand);
  if (test.op == Operator::in || test.op == Operator::not_in)
    std::for_each(test.operand.items.begin(), test.operand.items.end(), add);
  return names;
}

std::string did_you_mean(std::string_view written, const std::vector<std::string>& known) {
  const std::vector<std::string_view> views(known.begin(), known.end());
  const std::string_view near = nearest(written, views);
  return near.empty() ? std::string() : fmt::format("did you mean `{}`?", near);
}

class Names {
 public:
  Names(const Directory& directory, LintReport report)
      : directory_(directory), tools_(directory.tool_names()), report_(report) {
    for (const KnownUpstream& upstream : directory.upstreams) {
      upstreams_.push_back(upstream.name);
      for (const Tool& tool : upstream.tools)
        operations_.push_back(tool.operation);
    }
  }

  void look(const LintedCondition& condition) {
    if (condition.when == nullptr || upstreams_.empty()) return;
    each_test(*condition.when, [&](const Test& test) {
      const auto field = parse_field(test.field);
      if (!field) return;
      for (const std::string& name : names_in(test)) {
        if (field->source == Source::tool) tool(condition, test, name);
        if (field->source == Source::upstream && directory_.find_upstream(name) == nullptr)
          no_upstream(condition, test, name);
        if (field->source == Source::operation) operation(condition, test, name);
      }
    });
  }

 private:
  void tool(const LintedCondition& condition, const Test& test, const std::string& name) {
    const std::size_t dot = name.find('.');
    if (dot == std::string::npos) {
      return report_.warn(
          test.at,
          fmt::format("{}: no tool is called `{}`: a name is <upstream>.<operation>", condition.name, name),
          did_you_mean(name, tools_));
    }
    const std::string upstream = name.substr(0, dot);
    const KnownUpstream* known = directory_.find_upstream(upstream);
    if (known == nullptr) return no_upstream(condition, test, upstream);
    const bool lists = std::any_of(known->tools.begin(), known->tools.end(),
                                   [](const Tool& tool) { return !tool.name.empty(); });
    if (known->protocol != Protocol::http || !lists || name.starts_with(upstream + ".http.")) return;
    if (std::find(tools_.begin(), tools_.end(), name) != tools_.end()) return;
    report_.warn(test.at, fmt::format("{}: `{}` is no listed tool of `{}`", condition.name, name, upstream),
                 did_you_mean(name, tools_));
  }

  void no_upstream(const LintedCondition& condition, const Test& test, const std::string& name) {
    const std::string hint = did_you_mean(name, upstreams_);
    if (directory_.others && hint.empty()) return;
    report_.warn(test.at, fmt::format("{}: there is no upstream `{}`", condition.name, name), hint);
  }

  // Whoever describes a call of a tool that is not listed says its operation: only what is nearly a known one
  // is told.
  void operation(const LintedCondition& condition, const Test& test, const std::string& name) {
    if (name == "none" || std::find(operations_.begin(), operations_.end(), name) != operations_.end())
      return;
    const std::string hint = did_you_mean(name, operations_);
    if (hint.empty()) return;
    report_.warn(test.at, fmt::format("{}: no tool has the operation `{}`", condition.name, name), hint);
  }

  const Directory& directory_;
  const std::vector<std::string> tools_;  // those that are listed
  std::vector<std::string> upstreams_, operations_;
  LintReport report_;
};

}  // namespace

void lint_names(const Options& options, const std::vector<LintedCondition>& conditions, LintReport report) {
  Names names(options.directory, report);
  for (const LintedCondition& condition : conditions)
    names.look(condition);
}

}  // namespace holdfast::policy
