#include "app/policy_diff.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/described.hpp"
#include "core/json.hpp"
#include "core/json_text.hpp"
#include "policy/explain.hpp"

namespace holdfast::app {
namespace {

using policy::Consulted;
using policy::Explanation;
using policy::Truth;

std::string text_of(const policy::Told& told) {
  std::string text = told.text + (told.says == Truth::yes ? "=1" : told.says == Truth::no ? "=0" : "=?");
  for (const policy::Told& part : told.parts)
    text += "(" + text_of(part) + ")";
  return text;
}

// What had a say, without the names it goes by: two policies that agree in it decide the call alike, whatever
// is not known of it.
std::string signature(const Explanation& told, const policy::Options& options) {
  std::string text(to_string(options.default_effect));
  for (const Consulted& one : told.consulted) {
    if (!one.asked || one.says == Truth::no) continue;
    text += fmt::format("\n{} {} {}", to_string(one.list), one.action ? to_string(*one.action) : "",
                        static_cast<int>(one.says));
    if (one.when) text += " " + text_of(*one.when);
  }
  for (const auto* draws : {&told.decision.draws, &told.decision.wants}) {
    for (const Draw& draw : *draws)
      text +=
          fmt::format("\nlimit {} {} {} {}", draw.amount, draw.max, draw.per.count(), to_string(draw.over));
  }
  return text + (options.auto_approve.empty() ? "" : "\nauto_approve");
}

// The effects that what is unknown leaves open: each rule that may be meant, and what decides without them.
std::set<std::string> possible(const Explanation& told, const policy::Options& options) {
  std::set<std::string> effects = {std::string(to_string(told.decision.effect))};
  bool decided = false;
  for (const Consulted& one : told.consulted) {
    if (!one.asked || !one.action || one.list > Consulted::List::rules || one.says == Truth::no) continue;
    effects.insert(std::string(to_string(*one.action)));
    decided = decided || one.says == Truth::yes;
  }
  if (!decided) effects.insert(std::string(to_string(options.default_effect)));
  for (const auto* draws : {&told.decision.draws, &told.decision.wants}) {
    for (const Draw& draw : *draws)
      effects.insert(std::string(to_string(draw.over)));
  }
  // Spared or not: that is asked of what is escalated.
  if (effects.contains("escalate") && !options.auto_approve.empty()) effects.insert("allow");
  return effects;
}

std::string member(const json::Value& root, const char* object, const char* name) {
  const json::Value* outer = root.find(object);
  const json::Value* inner = outer == nullptr ? nullptr : outer->find(name);
  return inner == nullptr || !inner->is(json::Kind::string) ? "" : std::string(inner->text());
}

}  // namespace

namespace {

// What the log says was decided is then what came of the request, whatever the rules say of its tool: none
// was asked (the name of one, or of the default, is missing), or what was read afterwards could not be
// judged.
bool refused_unjudged(const json::Value& entry) {
  const std::string state = member(entry, "outcome", "state");
  return member(entry, "decision", "rule").empty() || state == "malformed" || state == "too_large" ||
         state == "unavailable";
}

}  // namespace

Result<DiffRow> diff_described(std::string_view text, const Checked& before, const Checked& after) {
  const auto old_call = policy::DescribedCall::read(text, *before.policy, describing(*before.config));
  if (!old_call) return fail(old_call.error());
  const Decision was = decide_with_room(*before.policy, old_call->call());
  DiffRow row{std::string(old_call->call().tool),
              old_call->call().agent->id,
              std::string(to_string(was.effect)),
              std::string(was.rule),
              {},
              ""};
  const auto new_call = policy::DescribedCall::read(text, *after.policy, describing(*after.config));
  if (!new_call) {
    row.now = {"refused"};
    row.why = new_call.error().detail;
    return row;
  }
  const Explanation now = explain_with_room(*after.policy, new_call->call());
  row.now = {std::string(to_string(now.decision.effect))};
  row.why = now.why;
  return row;
}

std::optional<DiffRow> diff_recorded(std::string_view entry, const Checked& before, const Checked& after) {
  constexpr json::Limits kEntry{.bytes = std::size_t{1} << 16U, .depth = 64};
  const auto document = json::parse(entry, kEntry);
  if (!document) return std::nullopt;
  const json::Value& root = document->root();
  DiffRow row{member(root, "request", "tool"),
              member(root, "agent", "id"),
              member(root, "decision", "effect"),
              member(root, "decision", "rule"),
              {},
              ""};
  if (row.tool.empty() || row.was.empty()) return std::nullopt;
  // Of a call with an `authorize` entry that one tells, or it would be counted twice.
  if (root.find("prev") != nullptr) return std::nullopt;
  row.left_out = refused_unjudged(root);
  if (row.left_out) return row;
  const std::string call = json::ObjectText().set("agent", row.agent).set("tool", row.tool).text();
  const auto new_call = policy::DescribedCall::read(call, *after.policy, describing(*after.config));
  const auto old_call = policy::DescribedCall::read(call, *before.policy, describing(*before.config));
  if (!new_call) {
    row.left_out = !old_call;  // recorded under a third policy
    row.now = {"refused"};
    row.why = new_call.error().detail;
    return row;
  }
  const Explanation now = explain_with_room(*after.policy, new_call->call());
  if (old_call) {
    const Explanation was = explain_with_room(*before.policy, old_call->call());
    if (signature(was, before.config->policy) == signature(now, after.config->policy)) {
      row.now = {row.was};
      return row;
    }
  }
  row.now = possible(now, after.config->policy);
  row.why = row.now.size() > 1 ? "the arguments are not in the log" : now.why;
  return row;
}

}  // namespace holdfast::app
