// The conditions of a policy as one flat program: nodes in the order they are evaluated, no pointers to
// chase.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/call.hpp"
#include "core/decision.hpp"
#include "policy/field.hpp"
#include "policy/resolve.hpp"
#include "policy/test.hpp"
#include "policy/time_window.hpp"
#include "policy/truth.hpp"

namespace holdfast::policy {

struct Node {
  enum class Kind : std::uint8_t { all, any, negation, test, time };
  Kind kind = Kind::all;
  std::uint32_t test = 0;  // of time: the window
  std::uint32_t end = 0;   // of this node with its children, which follow it
};

// Fields are kept once, however many tests ask for them.
struct Program {
  std::vector<FieldPath> fields;
  std::vector<CompiledTest> tests;
  std::vector<TimeWindow> windows;
  std::vector<Node> nodes;
};

// What one run asked, in its order, for who explains it.
struct Trace {
  struct Asked {
    const void* written = nullptr;           // the Rule, Route or MultiApproval of the policy
    std::optional<std::uint32_t> condition;  // its first node, if it has one
    Truth says = Truth::unknown;
  };
  std::vector<Asked> asked;
};

// One decision's run of a program. Every field is looked up at most once. One at a time per thread: what was
// found is remembered in memory of the thread, so that a warm thread allocates nothing.
class Evaluation {
 public:
  // The trace may be null, and costs nothing then.
  Evaluation(const Program& program, const Call& call, RiskLevel risk, Trace* trace);

  // What is asked of something written in the policy: the truth of its condition, or yes when it has none.
  [[nodiscard]] Truth says(const void* written, std::optional<std::uint32_t> condition);
  // The truth of the condition that begins at this node.
  [[nodiscard]] Truth run(std::uint32_t node);
  // Valid until the next.
  [[nodiscard]] const Found& find(std::uint32_t field);
  [[nodiscard]] const Call& call() const { return call_; }

 private:
  [[nodiscard]] Truth ask(const CompiledTest& test);

  const Program& program_;
  const Call& call_;
  RiskLevel risk_;
  Trace* trace_;
};

}  // namespace holdfast::policy
