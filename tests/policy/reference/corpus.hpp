// The generated corpus: the same policies and calls in every run, and on every machine.
#pragma once

#include <memory>
#include <string>

#include "policy/engine.hpp"
#include "tests/policy/reference/calls.hpp"
#include "tests/policy/reference/judge.hpp"
#include "tests/policy/reference/shrink.hpp"

namespace holdfast::reference {

inline constexpr std::size_t kPolicies = HOLDFAST_POLICIES;
inline constexpr std::size_t kCallsOfEach = 20;

struct Chapter {
  policy::Options options;
  std::shared_ptr<const policy::Policy> policy;
  std::size_t number = 0;
  Wanted wanted;

  // The call with this number, below kCallsOfEach.
  [[nodiscard]] Facts call(std::size_t i) const;
};

// The policy with this number. Fails the test when the policy does not compile.
[[nodiscard]] Chapter chapter(std::size_t number);

// What the engine decides, as the reference would say it.
[[nodiscard]] Verdict verdict(const policy::Policy& policy, const Call& call);
[[nodiscard]] Verdict verdict_of(const Decision& decision);
[[nodiscard]] std::string to_text(const Verdict& verdict);

}  // namespace holdfast::reference
