// What the rules say of a call, from top to bottom, and what follows from it (02-policy "How a decision is
// made").
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/call.hpp"
#include "core/decision.hpp"
#include "policy/escalation.hpp"
#include "policy/in_force.hpp"
#include "policy/index.hpp"
#include "policy/limits.hpp"
#include "policy/options.hpp"
#include "policy/program.hpp"

namespace holdfast::policy {

struct CompiledRule {
  const Rule* rule = nullptr;
  ToolPattern pattern;
  std::optional<std::uint32_t> condition;  // its first node; without one the rule is always true
  bool reads_document = false;
  bool reads_parameters = false;
  bool reads_call = false;  // more than is known before there is a call
  bool hinted = false;      // reads what nobody has to believe, so it may only make stricter
  std::optional<CompiledLimit> limit;
};

// Before it is known whether somebody is spared.
struct Findings {
  explicit Findings(std::span<const Draw> granted) : drawing(granted) {}

  // Of a rule that does not decide, as its condition is unknown, or true and read of a hint.
  void remember(const Rule& rule, Truth says);

  const Rule* decided = nullptr;        // the first that is certainly meant
  const Rule* remembered = nullptr;     // the strictest of those remembered; the first among equals
  Effect at_least = Effect::allow;      // by those remembered whose condition is true
  bool perhaps_escalated = false;       // by one whose condition is unknown
  std::vector<std::string_view> plans;  // of those that would escalate; settle() adds what decides
  std::vector<std::string_view> labels;
  Drawing drawing;
  bool precommit = false;   // one that was meant, or may have been, wants it
  bool met_shadow = false;  // a rule that takes no part would, or might, have said something
  std::uint32_t tool = 0;
};

[[nodiscard]] Findings ask(std::span<const CompiledRule> rules, const Index& index, const Moment& moment,
                           std::span<const Draw> granted, Evaluation& evaluation);

// Whether a rule hides the tool: with nothing known of the call, what may yet let one pass shows it.
[[nodiscard]] bool hides(std::span<const CompiledRule> rules, const Index& index, const Moment& moment,
                         Evaluation& evaluation);

struct Settled {
  Effect effect = Effect::deny;
  const Rule* rule = nullptr;  // null: the default
  bool by_unknown = false;
  bool by_limit = false;
  bool denied_anyway = false;  // whatever room there is
  bool may_be_spared = false;  // `auto_approve` was asked
};

// When it escalates, findings.plans are those to be met.
[[nodiscard]] Settled settle(Findings& findings, Effect otherwise, const Escalation& escalation,
                             const Moment& moment, Evaluation& evaluation);

}  // namespace holdfast::policy
