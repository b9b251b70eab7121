// What is allowed but hardly meant: warnings about a policy that compiles.
#pragma once

#include <vector>

#include "core/problem.hpp"
#include "policy/options.hpp"
#include "policy/pattern.hpp"

namespace holdfast::policy {

struct LintedRule {
  const Rule* rule = nullptr;
  ToolPattern pattern;
  bool unconditional = false;
  bool hinted = false;  // reads a hint
};

void lint(const Options& options, const std::vector<LintedRule>& rules, Problems& problems);

}  // namespace holdfast::policy
