// What another policy would make of calls: of described ones exactly, of recorded ones as far as the receipt
// log tells. It holds no arguments, so what depends on them is said to be open, never guessed.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "app/configuration.hpp"

namespace holdfast::app {

struct DiffRow {
  std::string tool, agent;
  std::string was;  // the effect; of a described call by the old policy, else as recorded
  std::string was_rule;
  std::set<std::string> now;  // the effects it can come to; `refused` before any rule is asked
  std::string why;
  bool left_out = false;  // recorded, and refused without a rule's word: there is nothing to compare

  [[nodiscard]] bool changes() const { return !left_out && !now.contains(was); }
  [[nodiscard]] bool open() const { return !left_out && now.size() > 1 && !changes(); }
  auto operator<=>(const DiffRow&) const = default;
};

// Of a described call (09-interfaces, "A call in files"). Errors: the old policy would refuse it before any
// rule is asked.
[[nodiscard]] Result<DiffRow> diff_described(std::string_view call, const Checked& before,
                                             const Checked& after);

// Of an entry of the receipt log. Nothing when it is not the one that tells of a call's decision.
[[nodiscard]] std::optional<DiffRow> diff_recorded(std::string_view entry, const Checked& before,
                                                   const Checked& after);

}  // namespace holdfast::app
