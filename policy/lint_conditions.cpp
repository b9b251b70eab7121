// Conditions that nothing can make true: comparisons of one field that no value meets together.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>

#include "policy/condition_text.hpp"
#include "policy/lint_parts.hpp"
#include "policy/risk.hpp"

namespace holdfast::policy {
namespace {

using json::Kind;
using json::Value;

// What the facts can be.
Domain domain_of(const FieldPath& field, const Directory& directory) {
  static constexpr std::array<const char*, 4> kLevels = {"low", "medium", "high", "critical"};
  static constexpr std::array<const char*, 5> kTiers = {"1", "2", "3", "4", "5"};
  Domain domain;
  if (field.source == Source::risk_level) {
    domain.values.emplace();
    for (const char* level : kLevels)
      domain.values->push_back(Value::make_string(level));
    domain.may_be_missing = false;
  } else if (field.source == Source::trust_tier) {
    domain.values.emplace();
    for (const char* tier : kTiers)
      domain.values->push_back(Value::make_number(tier));
    domain.may_be_missing = false;
  } else if (field.source == Source::agent_id && !directory.agents.empty()) {
    domain.values.emplace();
    for (const Agent& agent : directory.agents)
      domain.values->push_back(Value::make_string(agent.id));
    domain.may_be_missing = false;
  }
  return domain;
}

// The listed tools that a pattern is about, when there are no others.
std::vector<const Tool*> only_tools(const ToolPattern& pattern, const Directory& directory) {
  if (pattern.exact()) {
    const Tool* tool = directory.find_tool(pattern.text());
    return tool == nullptr ? std::vector<const Tool*>() : std::vector{tool};
  }
  const std::string_view prefix = pattern.literal_prefix();
  const std::size_t dot = prefix.find('.');
  const KnownUpstream* upstream =
      dot == std::string_view::npos ? nullptr : directory.find_upstream(prefix.substr(0, dot));
  std::vector<const Tool*> tools;
  if (upstream == nullptr || upstream->protocol != Protocol::http || !lists_tools(*upstream) ||
      may_be_unlisted(pattern, upstream->name))
    return tools;
  for (const Tool& tool : upstream->tools) {
    if (!tool.name.empty() && pattern.matches(upstream->name + "." + tool.name)) tools.push_back(&tool);
  }
  return tools;
}

// A value keeps no copy of its text.
void add_value(std::vector<Value>& values, std::string_view text) {
  const bool known =
      std::any_of(values.begin(), values.end(), [&](const Value& value) { return value.text() == text; });
  if (!known) values.push_back(Value::make_string(text));
}

// What is said of these tools alone, whoever calls them.
void narrow(Domain& domain, const FieldPath& field, const std::vector<const Tool*>& tools,
            const RiskMatrix& risk) {
  const bool of_risk = field.source == Source::risk_level;
  if (tools.empty() || (!of_risk && field.source != Source::operation)) return;
  domain.may_be_missing = false;
  domain.values.emplace();
  for (const Tool* tool : tools) {
    if (!of_risk) add_value(*domain.values, tool->operation);
    for (std::size_t tier = 1; of_risk && tier <= risk.front().size(); ++tier)
      add_value(*domain.values, to_string(risk_of(risk, tool->sensitivity, static_cast<int>(tier))));
  }
}

// The source of an argument of one tool, or nothing.
const std::string* source_of(const Tool& tool, std::string_view argument) {
  for (const auto& [name, source] : tool.args) {
    if (name == argument) return &source;
  }
  return nullptr;
}

using Given = std::vector<std::shared_ptr<const Atom>>;

class Conditions {
 public:
  Conditions(const Options& options, LintReport report) : options_(options), report_(report) {}

  void look(const LintedCondition& condition) {
    if (condition.when == nullptr) return;
    named_ = &condition;
    tool_ = condition.rule != nullptr && condition.rule->pattern.exact()
                ? options_.directory.find_tool(condition.rule->pattern.text())
                : nullptr;
    tools_ = condition.rule == nullptr ? std::vector<const Tool*>()
                                       : only_tools(condition.rule->pattern, options_.directory);
    static_cast<void>(look(*condition.when, {}));
  }

 private:
  // `given`: what must hold as well. False when this can never be true, which has been said then.
  bool look(const Condition& condition, Given given) {
    switch (condition.kind) {
      case Condition::Kind::all: {
        for (const Condition& child : condition.children)
          take(child, given);
        bool good = consistent(given, condition.at);
        for (const Condition& child : condition.children) {
          if (good && child.kind != Condition::Kind::test) good = look(child, given);
        }
        return good;
      }
      case Condition::Kind::any:
        for (const Condition& child : condition.children)
          static_cast<void>(look(child, given));
        return true;
      case Condition::Kind::test:
        take(condition, given);
        return consistent(given, condition.at);
      // Below `not` it is the other way round.
      case Condition::Kind::negation:
      case Condition::Kind::time:
        return true;
    }
    return true;
  }

  static void take(const Condition& condition, Given& given) {
    if (condition.kind == Condition::Kind::all) {
      for (const Condition& child : condition.children)
        take(child, given);
    }
    if (condition.kind != Condition::Kind::test) return;
    const bool known = std::any_of(given.begin(), given.end(),
                                   [&](const auto& atom) { return atom->test == &condition.test; });
    if (known) return;
    if (auto atom = atom_of(condition.test)) given.push_back(std::make_shared<const Atom>(std::move(*atom)));
  }

  bool consistent(const Given& given, const Position& at) {
    for (std::size_t i = 0; i < given.size(); ++i) {
      std::vector<const Atom*> same;
      const FieldPath& field = given[i]->field;
      for (const auto& atom : given) {
        if (is_same(atom->field, field)) same.push_back(atom.get());
      }
      if (same.front() != given[i].get()) continue;  // asked already
      Domain domain = domain_of(field, options_.directory);
      narrow(domain, field, tools_, options_.risk);
      if (!satisfiable(same, domain)) return contradiction(same, domain, at);
      if (tool_ == nullptr || !text_source(*tool_, field)) continue;
      domain.kinds = only(Kind::string);
      if (!satisfiable(same, domain)) return only_text(same, at);
    }
    return true;
  }

  bool contradiction(const std::vector<const Atom*>& atoms, const Domain& domain, const Position& at) {
    const std::string field = atoms.front()->test->field;
    if (atoms.size() == 1 && domain.values) {
      report_.warn(
          at,
          fmt::format("{}: `{}` is never true: {}", named_->name, to_text(*atoms.front()->test),
                      possible(domain)),
          atoms.front()->field.source == Source::operation ? "say it as `operation` of the tool" : "");
    } else if (atoms.size() == 1) {
      report_.warn(at, fmt::format("{}: `{}` is never true", named_->name, to_text(*atoms.front()->test)),
                   atoms.front()->test->op == Operator::not_in ? "the values of one list have one type" : "");
    } else {
      report_.warn(at, fmt::format("{}: no `{}` meets {}", named_->name, field, enumerated(texts(atoms))),
                   "write them under `any` if one of them is enough");
    }
    return false;
  }

  bool only_text(const std::vector<const Atom*>& atoms, const Position& at) {
    report_.warn(at,
                 fmt::format("{}: {} is never true: this argument of `{}` arrives as text, whatever it says",
                             named_->name, enumerated(texts(atoms)), named_->rule->rule->tool),
                 "compare it with quoted text, or with `matches`");
    return false;
  }

  static std::vector<std::string> texts(const std::vector<const Atom*>& atoms) {
    std::vector<std::string> out;
    for (const Atom* atom : atoms)
      out.push_back(to_text(*atom->test));
    return out;
  }

  static std::string possible(const Domain& domain) {
    constexpr std::size_t kMostShown = 8;
    if (domain.values->size() > kMostShown) return "there is no such one";
    std::vector<std::string> values;
    for (const Value& value : *domain.values)
      values.emplace_back(value.text());
    return fmt::format("there {} only {}", values.size() == 1 ? "is" : "are", enumerated(values));
  }

  const Options& options_;
  LintReport report_;
  const LintedCondition* named_ = nullptr;
  const Tool* tool_ = nullptr;      // the only one it is about, if it is listed
  std::vector<const Tool*> tools_;  // all that it is about, if all are listed
};

}  // namespace

std::optional<std::string> text_source(const Tool& tool, const FieldPath& field) {
  if (field.steps.size() != 1) return std::nullopt;
  const std::optional<std::string> form = tool.form_body ? std::optional("a form") : std::nullopt;
  if (field.source == Source::body) return form;
  if (field.source != Source::args) return std::nullopt;
  const std::string* source = source_of(tool, field.steps[0].name.text());
  if (source == nullptr) return tool.args.empty() ? form : std::nullopt;
  return source->starts_with("body.") ? form : fmt::format("`{}`", *source);
}

void lint_conditions(const Options& options, const std::vector<LintedCondition>& conditions,
                     LintReport report) {
  Conditions lints(options, report);
  for (const LintedCondition& condition : conditions)
    lints.look(condition);
}

}  // namespace holdfast::policy
