// `tests:` of a configuration: whether they can be run at all, and what comes of them.
#pragma once

#include <string>
#include <vector>

#include "config/config.hpp"
#include "core/problem.hpp"
#include "policy/engine.hpp"

namespace holdfast::app {

// Tests whose call nobody could make, or whose rule is not there: mistakes of the configuration.
// `policy` null: there is none to read the calls by, and only the rules they expect are looked at.
[[nodiscard]] Problems check_tests(const config::Config& config, const policy::Policy* policy);

struct TestResult {
  const config::PolicyTest* test;
  Effect effect = Effect::deny;
  std::string rule;
  std::string why;  // one sentence
  bool passed = false;
};

// In their order. The tests have no problem. Limits are taken to have room.
[[nodiscard]] std::vector<TestResult> run_tests(const config::Config& config, const policy::Policy& policy);

}  // namespace holdfast::app
