// Calls that a policy has something to say of, well formed and otherwise.
#pragma once

#include "policy/options.hpp"
#include "tests/policy/reference/case.hpp"
#include "tests/policy/reference/random.hpp"

namespace holdfast::reference {

// What a policy compares with: those values are likelier than others in a call.
struct Wanted {
  std::vector<std::string> numbers, texts, tools;
};

[[nodiscard]] Wanted wanted_by(const policy::Options& policy);
[[nodiscard]] Facts some_call(Random& random, const Wanted& wanted);

}  // namespace holdfast::reference
