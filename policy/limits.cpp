#include "policy/limits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "policy/decimal.hpp"

namespace holdfast::policy {
namespace {

// Persisted in the names of windows: do not change.
constexpr std::string_view kCalls = "calls";

std::string for_whom(Limit::By by, const Call& call) {
  switch (by) {
    case Limit::By::agent:
      return fmt::format("agent\n{}", call.agent == nullptr ? Agent{}.id : call.agent->id);
    case Limit::By::tool:
      return fmt::format("tool\n{}", call.tool);
    case Limit::By::global:
      return "global";
  }
  return "global";
}

// The rule's id has no line break in it; so no two rules share a window, nor two of whatever it is by.
std::string window_of(const Rule& rule, const Call& call) {
  const Limit& limit = *rule.limit;
  return fmt::format("{}\n{}\n{}", rule.id, limit.sum.empty() ? kCalls : limit.sum, for_whom(limit.by, call));
}

// Longer than any number of Decimal::kMaxDigits needs to be. An exponent may have as many zeros in front as a
// body has room for, and an amount is kept for as long as it counts.
constexpr std::size_t kLongestAmount = 512;

// Empty unless it is a number of which all readers make the same, and not negative: a limit is not refilled.
std::string amount_of(const Found& found) {
  if (found.state != Found::State::present || !found.value.is(json::Kind::number)) return {};
  if (found.value.text().size() > kLongestAmount) return {};
  const auto number = Decimal::parse(found.value.text());
  if (!number || *number < Decimal{}) return {};
  return std::string(found.value.text());
}

}  // namespace

std::optional<CompiledLimit> compile_limit(const Rule& rule, Compiler& compiler) {
  if (!rule.limit) return std::nullopt;
  CompiledLimit limit{&rule, std::nullopt};
  if (!rule.limit->sum.empty()) limit.sum = compiler.add_amount(rule.limit->sum, rule.limit->at);
  return limit;
}

std::string_view summed_field(const Draw& draw) {
  const std::string_view behind = std::string_view(draw.window).substr(draw.window.find('\n') + 1);
  const std::string_view counted = behind.substr(0, behind.find('\n'));
  return counted == kCalls ? std::string_view() : counted;
}

void Drawing::add(const CompiledLimit& limit, Evaluation& evaluation) {
  const Limit& written = *limit.rule->limit;
  Draw draw{
      window_of(*limit.rule, evaluation.call()), limit.rule->id, "1", written.max, written.per, written.over};
  if (limit.sum) draw.amount = amount_of(evaluation.find(*limit.sum));
  if (has_room(draw)) {
    draws_.push_back(std::move(draw));
    return;
  }
  if (over_ == nullptr || written.over > over_->limit->over) over_ = limit.rule;
  if (written.over == Effect::escalate) escalating_.push_back(limit.rule);
  wants_.push_back(std::move(draw));
}

bool Drawing::has_room(const Draw& draw) const {
  return !draw.amount.empty() && std::any_of(granted_.begin(), granted_.end(), [&](const Draw& granted) {
    return granted.window == draw.window && granted.amount == draw.amount;
  });
}

void Drawing::write(Decision& decision, bool denied_anyway) && {
  if (denied_anyway) return;
  // A denied call takes nothing.
  if (decision.effect != Effect::deny) decision.draws = std::move(draws_);
  decision.wants = std::move(wants_);
}

}  // namespace holdfast::policy
