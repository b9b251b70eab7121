// What becomes of a call that would be escalated: who lets it pass without asking, which plans ask, and what
// raises them (02-policy "How a decision is made", 4 and 5).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/decision.hpp"
#include "policy/compile.hpp"
#include "policy/in_force.hpp"
#include "policy/options.hpp"
#include "policy/program.hpp"

namespace holdfast::policy {

inline constexpr std::string_view kDefaultPlan = "default";

class Escalation {
 public:
  // Once. The options must outlive it.
  void compile(const Options& options, Compiler& compiler);
  // Whether it asks for args or body; whether something in shadow does.
  [[nodiscard]] bool reads_document() const { return reads_document_; }
  [[nodiscard]] bool reads_document_in_shadow() const { return reads_document_in_shadow_; }
  // The same of parameters of path and query.
  [[nodiscard]] bool reads_parameters() const { return reads_parameters_; }
  [[nodiscard]] bool reads_parameters_in_shadow() const { return reads_parameters_in_shadow_; }

  // Whether some of `auto_approve` are, or may come to be, in shadow.
  [[nodiscard]] bool has_shadows() const { return has_shadows_; }

  // The first of `auto_approve` that is certainly meant; null when there is none.
  [[nodiscard]] const Rule* approve(Evaluation& evaluation, const Moment& moment) const;
  // Fills in whom to ask: the plan of every rule that escalates or perhaps does, at least one. All must be
  // met. An empty one is chosen by route.
  void ask(Evaluation& evaluation, std::span<const std::string_view> plans, Decision& decision) const;

 private:
  // Where a condition begins; without one it is always true.
  using Start = std::optional<std::uint32_t>;
  template <class T>
  struct Compiled {
    const T* written;
    Start condition;
    bool hinted = false;
  };

  void choose_plan(Evaluation& evaluation, Decision& decision) const;
  void raise(Evaluation& evaluation, Decision& decision) const;

  std::vector<Compiled<Rule>> approvals_;
  std::vector<Compiled<Route>> routes_;
  std::vector<Compiled<MultiApproval>> raises_;
  bool reads_document_ = false;
  bool reads_document_in_shadow_ = false;
  bool reads_parameters_ = false;
  bool reads_parameters_in_shadow_ = false;
  bool has_shadows_ = false;
};

}  // namespace holdfast::policy
