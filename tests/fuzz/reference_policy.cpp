#include "tests/fuzz/reference_policy.hpp"

#include <algorithm>

namespace holdfast::fuzz {
namespace {

using policy::Condition;
using Says = std::optional<bool>;

bool reads_hint(const Condition& condition) {
  const std::string& field = condition.test.field;
  return field.starts_with("context.") || field.starts_with("annotations.") ||
         std::any_of(condition.children.begin(), condition.children.end(), reads_hint);
}

// Whether it decides anything; `all`: as if none were in shadow, and none had expired.
Says takes_part(const policy::Rule& rule, const Facts& facts, bool all) {
  if (rule.shadow && !all) return false;
  if (!rule.expires) return true;
  if (!facts.now) return std::nullopt;
  return all || *facts.now < *rule.expires;
}

bool has_room(const policy::Rule& rule, const Facts& facts) {
  if (!facts.room.contains(rule.id)) return false;
  if (rule.limit->sum.empty()) return true;
  Condition not_negative;
  not_negative.kind = Condition::Kind::test;
  not_negative.test.field = rule.limit->sum;
  not_negative.test.op = policy::Operator::gte;
  not_negative.test.operand.kind = policy::Operand::Kind::number;
  not_negative.test.operand.text = "0";
  return ask(not_negative, facts, {}) == Says(true);
}

const Verdict& strictest(const std::vector<Verdict>& verdicts) {  // the first among equals
  return *std::max_element(verdicts.begin(), verdicts.end(),
                           [](const Verdict& a, const Verdict& b) { return a.effect < b.effect; });
}

Verdict judge(const policy::Options& options, const Facts& facts, bool all) {
  std::vector<Verdict> remembered, over;
  Verdict decided{options.default_effect, "default", {}, {}, false};
  Verdict asked;
  for (std::size_t i = 0; i < options.rules.size(); ++i) {
    policy::Rule rule = options.rules[i];
    rule.id = "rules[" + std::to_string(i) + "]";
    const Says part = takes_part(rule, facts, all);
    const Says meant = rule.when ? ask(*rule.when, facts, options) : Says(true);
    const bool never = part == Says(false) || meant == Says(false);
    const Says says = never ? Says(false) : part && meant ? Says(true) : std::nullopt;
    if (says == Says(false)) continue;
    // What takes no part spends nothing.
    const bool spends = rule.limit && takes_part(rule, facts, false) != Says(false);
    if (spends && !has_room(rule, facts)) over.push_back({rule.limit->over, rule.id, {}, {}, false});
    asked.labels.insert(asked.labels.end(), rule.add_labels.begin(), rule.add_labels.end());
    asked.precommit = asked.precommit || rule.precommit;
    const Verdict verdict{rule.action, rule.id, {}, {}, false};
    if (says == Says(true) && !(rule.when && reads_hint(*rule.when))) {
      decided = verdict;
      break;
    }
    remembered.push_back(verdict);
  }
  remembered.push_back(decided);
  Verdict verdict = strictest(remembered);
  if (!over.empty() && strictest(over).effect > verdict.effect) verdict = strictest(over);
  verdict.precommit = asked.precommit;
  if (verdict.effect != Effect::deny) verdict.labels = asked.labels;
  return verdict;
}

}  // namespace

// Minute by minute from midnight of the day it begins on, which is today or yesterday.
std::optional<bool> lies_within(const policy::TimeWindow& window, const std::optional<WallTime>& now) {
  if (!now) return std::nullopt;
  auto shown = std::chrono::floor<std::chrono::minutes>(*now);
  if (window.clock != nullptr) {
    const auto& changes = window.clock->changes;
    if (*now < changes.front().at || *now >= window.clock->known_to) return std::nullopt;
    std::chrono::seconds ahead{0};
    for (const auto& change : changes) {
      if (*now >= change.at) ahead = change.ahead;
    }
    shown = std::chrono::floor<std::chrono::minutes>(*now + ahead);
  }
  const auto today = std::chrono::floor<std::chrono::days>(shown);
  for (const auto day : {today, today - std::chrono::days(1)}) {
    const auto of_week = std::chrono::weekday(day).iso_encoding() - 1;
    if ((window.days >> of_week & 1) == 0) continue;
    auto end = day + window.end;
    if (window.end <= window.begin) end += std::chrono::days(1);
    if (shown >= day + window.begin && shown < end) return true;
  }
  return false;
}

Verdict judge(const policy::Options& options, const Facts& facts) {
  Verdict verdict = judge(options, facts, false);
  const Verdict with_all = judge(options, facts, true);
  if (with_all.effect != verdict.effect || with_all.rule != verdict.rule)
    verdict.shadow = std::string(to_string(with_all.effect)) + " " + with_all.rule;
  return verdict;
}

}  // namespace holdfast::fuzz
