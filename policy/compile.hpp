// From the policy as written to the program that judges, with every mistake in it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "core/problem.hpp"
#include "policy/options.hpp"
#include "policy/program.hpp"

namespace holdfast::policy {

// Conditions nested deeper are refused: evaluation calls itself once per level.
inline constexpr int kMaxNesting = 64;

// The options must outlive the program: operands point into them.
class Compiler {
 public:
  Compiler(const Options& options, Program& program, Problems& problems)
      : options_(options), program_(program), problems_(problems) {}

  // Where the condition begins; nothing when it is always true (no condition, or an empty `all`).
  [[nodiscard]] std::optional<std::uint32_t> add(const Condition& condition);
  // Where the program keeps a field that has one value, of args or body; nothing when it is none.
  [[nodiscard]] std::optional<std::uint32_t> add_amount(const std::string& field, const Position& at);
  // Whether the conditions added since the last call ask for args or body.
  [[nodiscard]] bool take_reads_document() { return std::exchange(reads_document_, false); }
  // Whether they ask for a parameter of path or query.
  [[nodiscard]] bool take_reads_parameters() { return std::exchange(reads_parameters_, false); }
  // The first test of a hint in the conditions added since the last call; null when there is none.
  [[nodiscard]] const Test* take_hint() { return std::exchange(hint_, nullptr); }
  // A hint never relaxes, so nothing is allowed for one. Takes the hint of the rule, which allows.
  void refuse_hint(const Rule& rule);
  // Whether they ask for anything that is not known before there is a call.
  [[nodiscard]] bool take_reads_call() { return std::exchange(reads_call_, false); }

 private:
  void condition(const Condition& condition, int depth);
  void same_item(const Condition& all);
  void children(const Condition& condition, Node::Kind kind, int depth);
  void time(const TimeWindow& window);
  void test(const Test& test);
  void length(const Test& test, std::uint32_t field);
  void finish(const Test& test, std::uint32_t field, const Test* of_length);
  [[nodiscard]] std::optional<std::uint32_t> field(const Test& test);
  [[nodiscard]] std::uint32_t keep(const std::string& key, FieldPath path);
  [[nodiscard]] bool find_value(const Test& test, FieldPath& path);
  void error(const Position& at, std::string message, std::string hint = {});

  const Options& options_;
  Program& program_;
  Problems& problems_;
  std::map<std::string, std::uint32_t, std::less<>> known_fields_;
  bool reads_document_ = false;
  bool reads_parameters_ = false;
  const Test* hint_ = nullptr;
  bool reads_call_ = false;
};

}  // namespace holdfast::policy
