// The policy as its author wrote it: what config reads from YAML and policy::compile takes.
#pragma once

#include <array>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/decision.hpp"
#include "core/problem.hpp"
#include "policy/directory.hpp"
#include "policy/time_window.hpp"

namespace holdfast::policy {

// A YAML scalar or list to compare with. Plain scalars follow JSON: `true`, `null` and numbers in JSON's
// grammar are what they look like, everything else (and everything quoted) is a string.
struct Operand {
  enum class Kind { null, boolean, number, string, list };
  Kind kind = Kind::null;
  bool flag = false;
  std::string text;    // number as written, or string
  bool plain = false;  // a string that stands in the file as it is, without quotes: for lint
  std::vector<Operand> items;
  Position at;
};

enum class Operator {
  eq,
  ne,
  gt,
  gte,
  lt,
  lte,
  between,
  in,
  not_in,
  contains,
  starts_with,
  ends_with,
  glob,
  matches,
  exists,
  type,
  length,
  cidr,
};

// How the items of a `[*]` path combine; `bare` is true if all are, false if none is, else unknown.
enum class Items { bare, any_of, all };

// One operator on one field: `args.amount: {gt: 100, missing: false}`.
struct Test {
  std::string field;  // as written, aliases not yet resolved
  Operator op = Operator::eq;
  Operand operand;              // of `length`: see length_of
  std::vector<Test> length_of;  // `length: {gt: 3}`: the tests on the length; field empty
  std::optional<bool> missing;  // what absence means
  Items items = Items::bare;
  Position at;
};

struct Condition {
  enum class Kind { all, any, negation, test, time };
  Kind kind = Kind::all;            // an empty `all` is true
  std::vector<Condition> children;  // of negation: one
  Test test;
  TimeWindow time;
  Position at;
};

// How much of what a rule lets through within a time (02-policy "Limits"). Not a condition: when there is no
// room, a rule that matches acts as `over` says.
struct Limit {
  enum class By { agent, tool, global };
  std::string sum;  // the field whose values are added up, of args or body; empty: calls are counted
  std::string max;  // a decimal, not negative
  std::chrono::milliseconds per{0};
  By by = By::agent;
  Effect over = Effect::deny;  // or escalate
  Position at;
};

struct Rule {
  std::string id;          // default: `rules[<position from 0>]`
  std::string tool = "*";  // name pattern of 02-policy; "*" alone is every tool
  Effect action = Effect::deny;
  std::optional<Condition> when;
  std::string reason;
  std::string plan;  // empty: the plan named `default`
  bool show_rule = false;
  // Decides nothing, and from this time on neither does a rule that expires: what they would have done is
  // Decision::shadow.
  bool shadow = false;
  std::optional<WallTime> expires;
  std::optional<Limit> limit;           // not of a rule that denies
  std::vector<std::string> add_labels;  // what an agent has seen once such a call was let through
  bool hide = false;       // of a deny rule: its tools are left out of what agents are told there is
  bool precommit = false;  // what it lets pass is on the receipt log before it leaves
  bool mistaken = false;   // something of it could not be read, which has been said: no lint speaks of it
  Position at, plan_at;
};

// Chooses the plan of a call that is escalated by a rule without one. Without a condition: always.
struct Route {
  std::optional<Condition> when;
  std::string plan;
  Position at;
};

// Raises the plan of an escalated call.
struct MultiApproval {
  Condition condition;
  int required_approvers = 1;
  std::vector<std::string> must_include;  // groups
  Position at;
};

// What risk_level is of a sensitivity (low, standard, high) and a trust tier (1 to 5).
using RiskMatrix = std::array<std::array<RiskLevel, 5>, 3>;
[[nodiscard]] constexpr RiskMatrix default_risk_matrix() {
  using enum RiskLevel;
  return {{{low, low, medium, high, high},
           {medium, medium, medium, high, high},
           {high, high, high, critical, critical}}};
}

struct Options {
  Effect default_effect = Effect::deny;
  Position default_at;            // where `default:` stands, for lint; may be empty
  std::vector<Rule> auto_reject;  // deny, and stand before all rules
  std::vector<Rule> rules;
  std::vector<Rule> auto_approve;  // allow what a rule without a plan or the default would escalate
  std::vector<Route> routes;
  std::vector<MultiApproval> multi_approval;
  RiskMatrix risk = default_risk_matrix();
  std::map<std::string, std::string> env;  // what `env.NAME` is
  Directory directory;  // lint holds the rules against it, and described calls are completed from it
};

}  // namespace holdfast::policy
