// The limits that a call draws on, while it is judged: those of every rule that may have been meant. Which of
// them have room is not known here; the judge is told (Policy::decide).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/decision.hpp"
#include "policy/compile.hpp"
#include "policy/options.hpp"
#include "policy/program.hpp"

namespace holdfast::policy {

struct CompiledLimit {
  const Rule* rule = nullptr;        // which has one
  std::optional<std::uint32_t> sum;  // the field that is added up
};

// Nothing when the rule has no limit.
[[nodiscard]] std::optional<CompiledLimit> compile_limit(const Rule& rule, Compiler& compiler);

// The field that is added up, as it is written; empty of a limit on calls.
[[nodiscard]] std::string_view summed_field(const Draw& draw);

class Drawing {
 public:
  explicit Drawing(std::span<const Draw> granted) : granted_(granted) {}

  // In the order of the rules.
  void add(const CompiledLimit& limit, Evaluation& evaluation);

  // The rule whose limit has no room and whose `over` is the strictest, the first among equals; null when all
  // have room.
  [[nodiscard]] const Rule* over() const { return over_; }
  // The rules that escalate for want of room.
  [[nodiscard]] const std::vector<const Rule*>& escalating() const { return escalating_; }
  // Writes down what is drawn on, and what would be. Nothing when the call is denied whatever room there is.
  void write(Decision& decision, bool denied_anyway) &&;

 private:
  [[nodiscard]] bool has_room(const Draw& draw) const;

  const std::span<const Draw> granted_;
  std::vector<Draw> draws_, wants_;
  std::vector<const Rule*> escalating_;
  const Rule* over_ = nullptr;
};

}  // namespace holdfast::policy
