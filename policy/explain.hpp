// Why the judge decided as it did. What is told is what the deciding run asked, in its order, and the verdict
// is that run's: there is no second judge.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/call.hpp"
#include "core/decision.hpp"
#include "policy/options.hpp"
#include "policy/program.hpp"
#include "policy/truth.hpp"

namespace holdfast::policy {

// One condition, with what it says of the call.
struct Told {
  std::string text;  // `args.amount gt 100`; of combinators `all`, `any` and `not`
  Truth says = Truth::unknown;
  std::string found;  // of a comparison: the value as JSON text, or why there is none
  std::vector<Told> parts;
};

// What may have had a say, in the order in which it would be asked.
struct Consulted {
  enum class List : std::uint8_t { auto_reject, rules, auto_approve, routes, multi_approval };
  List list = List::rules;
  std::string id;                // of a rule; of a route its plan
  std::optional<Effect> action;  // of a rule
  bool asked = false;            // false: the decision was made before its turn
  bool in_shadow = false;        // it takes no part, and is not asked
  bool expired = false;          // in shadow because of that
  Truth says = Truth::unknown;   // when asked
  std::optional<Told> when;      // when asked, and it has conditions
  Position at;
};

// Points into the policy, as its decision does.
struct Explanation {
  Decision decision;
  std::vector<Consulted> consulted;
  std::string why;  // one sentence: what made the decision
};

[[nodiscard]] std::string_view to_string(Consulted::List list);

// Of a run of judge() that left this trace. `unasked`: rules about this tool whose turn never came.
[[nodiscard]] Explanation explain(const Options& options, const Program& program, const Call& call,
                                  const Trace& trace, Decision decision,
                                  const std::vector<const Rule*>& unasked);

}  // namespace holdfast::policy
