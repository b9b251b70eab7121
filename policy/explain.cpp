#include "policy/explain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "policy/condition_text.hpp"
#include "policy/in_force.hpp"
#include "policy/names.hpp"

namespace holdfast::policy {
namespace {

bool is_untold(const FieldPath& field, const Call& call) {
  switch (field.source) {
    case Source::method:
      return call.untold.method;
    case Source::path:
      return call.untold.path;
    case Source::host:
      return call.untold.host;
    case Source::header:
      return call.untold.headers;
    case Source::query:
      return call.untold.query;
    case Source::path_parameter:
      return call.untold.path_parameters;
    case Source::labels_seen:
      return call.untold.labels_seen;
    case Source::args:
      return call.args_state == Readable::unreadable;
    case Source::body:
      return call.body_state == Readable::unreadable;
    case Source::context:
      return call.context_state == Readable::unreadable;
    case Source::read_only:
    case Source::destructive:
    case Source::idempotent:
    case Source::open_world:
      return call.untold.annotations;
    case Source::tool:
    case Source::upstream:
    case Source::operation:
    case Source::agent_id:
    case Source::trust_tier:
    case Source::label:
    case Source::risk_level:
    case Source::env:
      return false;
  }
  return false;
}

std::string text_of(const Found& found, const FieldPath& field, const Call& call) {
  switch (found.state) {
    case Found::State::missing:
      return "missing";
    case Found::State::count:
      return fmt::format("{} items", found.value.items().size());
    case Found::State::present:
      return json::to_text(found.value);
    case Found::State::unknown:
      return is_untold(field, call) ? "not told, or not readable"
                                    : "not certain: readers of the call differ on it";
  }
  return "";
}

// Walks a condition as it is written along the nodes that were made of it.
class Telling {
 public:
  Telling(const Program& program, const Call& call, RiskLevel risk)
      : program_(program), call_(call), evaluation_(program, call, risk, nullptr) {}

  Told condition(const Condition& written, std::uint32_t at) {
    switch (written.kind) {
      case Condition::Kind::all:
        return children(written, at, "all");
      case Condition::Kind::any:
        return children(written, at, "any");
      case Condition::Kind::negation:
        return children(written, at, "not");
      case Condition::Kind::test:
        return test(written.test, at);
      case Condition::Kind::time:
        return {"time " + to_text(written.time),
                evaluation_.run(at),
                call_.now ? to_rfc3339(*call_.now) : "not told",
                {}};
    }
    return {};
  }

 private:
  Told children(const Condition& written, std::uint32_t at, const char* name) {
    Told told{name, evaluation_.run(at), "", {}};
    std::uint32_t child = at + 1;
    for (const Condition& part : written.children) {
      told.parts.push_back(condition(part, child));
      child = program_.nodes[child].end;
    }
    return told;
  }

  // A length is the `all` of its comparisons; the first says which field it is of.
  Told test(const Test& written, std::uint32_t at) {
    const std::uint32_t leaf = program_.nodes[at].kind == Node::Kind::test ? at : at + 1;
    const std::uint32_t field = program_.tests[program_.nodes[leaf].test].field;
    return {to_text(written),
            evaluation_.run(at),
            text_of(evaluation_.find(field), program_.fields[field], call_),
            {}};
  }

  const Program& program_;
  const Call& call_;
  Evaluation evaluation_;
};

template <class T>
const T* written_in(const std::vector<T>& list, const void* written) {
  const auto found = std::find_if(list.begin(), list.end(), [&](const T& one) { return &one == written; });
  return found == list.end() ? nullptr : &*found;
}

Consulted of_rule(const Rule& rule, Consulted::List list) {
  Consulted consulted;
  consulted.list = list;
  consulted.id = rule.id;
  consulted.action = rule.action;
  consulted.at = rule.at;
  return consulted;
}

Consulted of_plan(Consulted::List list, std::string id, const Position& at) {
  Consulted consulted;
  consulted.list = list;
  consulted.id = std::move(id);
  consulted.at = at;
  return consulted;
}

bool reads_hint(const Condition& condition) {
  if (condition.kind == Condition::Kind::test) {
    const auto field = parse_field(condition.test.field);
    return field && field->is_hint();
  }
  return std::any_of(condition.children.begin(), condition.children.end(), reads_hint);
}

// What was asked, and its conditions; null when it has none.
std::pair<Consulted, const Condition*> find(const Options& options, const void* written) {
  using List = Consulted::List;
  const auto conditions = [](const std::optional<Condition>& when) { return when ? &*when : nullptr; };
  if (const Rule* rule = written_in(options.auto_reject, written))
    return {of_rule(*rule, List::auto_reject), conditions(rule->when)};
  if (const Rule* rule = written_in(options.rules, written))
    return {of_rule(*rule, List::rules), conditions(rule->when)};
  if (const Rule* rule = written_in(options.auto_approve, written))
    return {of_rule(*rule, List::auto_approve), conditions(rule->when)};
  if (const Route* route = written_in(options.routes, written))
    return {of_plan(List::routes, route->plan, route->at), conditions(route->when)};
  const MultiApproval* raise = written_in(options.multi_approval, written);
  if (raise == nullptr) return {};
  return {of_plan(List::multi_approval,
                  fmt::format("multi_approval[{}]", raise - options.multi_approval.data()), raise->at),
          &raise->condition};
}

std::string why(const Options& options, const Explanation& told) {
  const Decision& decision = told.decision;
  if (decision.by_limit)
    return fmt::format("a limit of `{}` has no room for it, whatever was spent, and then it says {}",
                       decision.rule, to_string(decision.effect));
  const auto gave = std::find_if(told.consulted.begin(), told.consulted.end(), [&](const Consulted& one) {
    return one.asked && one.action && one.id == decision.rule;
  });
  if (gave == told.consulted.end())
    return fmt::format("no rule's condition is true, so the default decides: {}", to_string(decision.effect));
  if (gave->list == Consulted::List::auto_approve)
    return fmt::format("it would be escalated, and `{}` spares the question", gave->id);
  const auto rule = std::find_if(options.rules.begin(), options.rules.end(),
                                 [&](const Rule& one) { return one.id == gave->id; });
  if (gave->says == Truth::yes && rule != options.rules.end() && rule->when && reads_hint(*rule->when))
    return fmt::format("the condition of `{}` is true and reads a hint, so nothing laxer than {} is decided",
                       gave->id, to_string(decision.effect));
  if (gave->says == Truth::yes && decision.by_unknown)
    return fmt::format("whether `{}` has expired is not known, so nothing laxer than {} is decided", gave->id,
                       to_string(decision.effect));
  if (gave->says == Truth::yes)
    return gave->when
               ? fmt::format("`{}` is the first rule whose condition is true", gave->id)
               : fmt::format("`{}` is the first rule about this tool that is left, and has no condition",
                             gave->id);
  return fmt::format(
      "the condition of `{}` is unknown; the rule may have been meant, so nothing laxer than {} is decided",
      gave->id, to_string(decision.effect));
}

}  // namespace

std::string_view to_string(Consulted::List list) {
  switch (list) {
    case Consulted::List::auto_reject:
      return "auto_reject";
    case Consulted::List::rules:
      return "rules";
    case Consulted::List::auto_approve:
      return "auto_approve";
    case Consulted::List::routes:
      return "routes";
    case Consulted::List::multi_approval:
      return "multi_approval";
  }
  return "";
}

Explanation explain(const Options& options, const Program& program, const Call& call, const Trace& trace,
                    Decision decision, const std::vector<const Rule*>& unasked) {
  Explanation out;
  Telling telling(program, call, decision.risk);
  for (const Trace::Asked& asked : trace.asked) {
    auto [consulted, conditions] = find(options, asked.written);
    consulted.asked = true;
    consulted.says = asked.says;
    if (asked.condition) consulted.when = telling.condition(*conditions, *asked.condition);
    out.consulted.push_back(std::move(consulted));
  }
  // Behind the rules that were asked, and before what an escalation asks.
  const auto behind = std::find_if(out.consulted.begin(), out.consulted.end(),
                                   [](const Consulted& one) { return one.list > Consulted::List::rules; });
  std::vector<Consulted> later;
  for (const Rule* rule : unasked) {
    later.push_back(find(options, rule).first);
    later.back().in_shadow = in_force(*rule, {.now = call.now}) == Truth::no;
    later.back().expired = later.back().in_shadow && !rule->shadow;
  }
  out.consulted.insert(behind, later.begin(), later.end());
  out.decision = std::move(decision);
  out.why = why(options, out);
  return out;
}

}  // namespace holdfast::policy
