// The judge: a pure function of policy and call. No I/O, no clock.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/call.hpp"
#include "core/decision.hpp"
#include "core/problem.hpp"
#include "policy/options.hpp"

namespace holdfast::policy {

struct Explanation;  // policy/explain.hpp

// What has to be read before a call of a tool can be judged.
struct Needs {
  bool body = false;  // some candidate rule asks for body.* or args.*
  bool body_for_shadow =
      false;                // only rules in shadow ask for them: worth reading, but nothing depends on it
  bool parameters = false;  // some candidate rule asks for query.* or path.*, which the body may contest
  bool parameters_for_shadow = false;
};

// A compiled policy: immutable, safe from every thread, kept by shared_ptr while decisions point into it.
class Policy {
 public:
  virtual ~Policy() = default;
  [[nodiscard]] virtual Needs needs(std::string_view tool) const = 0;
  // Never throws; whatever cannot be evaluated makes the decision stricter (law 3). `granted`: the room that
  // this call has in limits, by window and amount. A limit that is not among them is taken to have none, so
  // whoever does not ask for room is never let through by a rule that has a limit.
  [[nodiscard]] virtual Decision decide(const Call& call, std::span<const Draw> granted) const = 0;
  [[nodiscard]] Decision decide(const Call& call) const { return decide(call, {}); }
  // The same with all that was asked on the way. Slow.
  [[nodiscard]] virtual Explanation explain(const Call& call, std::span<const Draw> granted) const = 0;
  // Whether the tool is left out of what the agent is told there is: a rule that hides it decides whatever
  // the call, as far as agent, upstream and tool say. Of the call nothing else is looked at.
  [[nodiscard]] virtual bool hides(const Call& call) const = 0;
  // Whether it hides anything from anybody.
  [[nodiscard]] virtual bool hides_some() const = 0;
  // For the ambiguity check of 02-policy "Names": the tool somebody wrote down that this one equals only
  // after case folding, NFKC or trimming, or the pattern of a rule that matches it only then; empty when
  // there is none.
  [[nodiscard]] virtual std::string_view look_alike(std::string_view tool) const = 0;
  // The tools somebody wrote down: those listed under an upstream or named by a rule without a wildcard. They
  // are counted each on its own; Decision::tool is their number, from 1 in this order.
  [[nodiscard]] virtual const std::vector<std::string>& known_tools() const = 0;
  // Whether a rule asks for agent.labels_seen.
  [[nodiscard]] virtual bool reads_labels() const = 0;
  // 0: nobody wrote this name down.
  [[nodiscard]] virtual std::uint32_t number_of(std::string_view tool) const = 0;
  // What the configuration said of tools and agents when this was compiled.
  [[nodiscard]] virtual const Directory& directory() const = 0;
};

struct Compiled {
  std::shared_ptr<const Policy> policy;  // null when problems has an error
  Problems problems;
};

[[nodiscard]] Compiled compile(Options options);

// As if nothing had been spent: for who explains and tests a policy, and lets nothing through.
[[nodiscard]] Decision decide_with_room(const Policy& policy, const Call& call);
[[nodiscard]] Explanation explain_with_room(const Policy& policy, const Call& call);

}  // namespace holdfast::policy
