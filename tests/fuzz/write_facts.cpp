#include "tests/fuzz/write_facts.hpp"

#include <array>

namespace holdfast::fuzz {
namespace {

using policy::Condition;
using policy::Operand;
using policy::Operator;
using policy::Test;
using std::chrono::hours;
using std::chrono::minutes;

constexpr WallTime kNoon = std::chrono::sys_days(std::chrono::year(2026) / 11 / 18) + hours(12);
constexpr std::array<const char*, 3> kStages{"prod", "a", ""};
constexpr std::array<const char*, 3> kLabels{"private", "Private", "secret"};
constexpr std::array<const char*, 4> kHints{"annotations.read_only", "annotations.destructive", "context.a",
                                            "context.a.b"};

Operand text(std::string word) {
  Operand out;
  out.kind = Operand::Kind::string;
  out.text = std::move(word);
  return out;
}
Operand flag(Dice& dice) {
  Operand out;
  out.kind = Operand::Kind::boolean;
  out.flag = dice.coin();
  return out;
}

Test on_env(Dice& dice) {
  static constexpr std::array kOperators{Operator::eq, Operator::ne, Operator::starts_with, Operator::exists};
  Test out;
  out.field = "env.STAGE";
  out.op = kOperators[dice.below(kOperators.size())];
  out.operand = out.op == Operator::exists ? flag(dice) : text(kStages[dice.below(kStages.size())]);
  return out;
}

Test on_labels(Dice& dice) {
  Test out;
  out.field = "agent.labels_seen";
  out.op = Operator::contains;
  out.operand = text(pick_label(dice));
  return out;
}

Test on_hint(Dice& dice) {
  static constexpr std::array kOperators{Operator::eq, Operator::ne, Operator::exists};
  Test out;
  out.field = kHints[dice.below(kHints.size())];
  out.op = kOperators[dice.below(kOperators.size())];
  out.operand = flag(dice);
  return out;
}

policy::TimeWindow write_window(Dice& dice) {
  policy::TimeWindow out;
  out.days = static_cast<std::uint8_t>(1 + dice.below(policy::TimeWindow::kEveryDay));
  out.begin = minutes(30 * dice.below(48));
  out.end = minutes(30 * dice.below(49));
  if (out.begin == out.end) out.end += minutes(1);
  const std::size_t zone = dice.below(3);
  if (zone == 0) return out;
  // Clocks that were put back an hour before noon, and of which nothing is known from a day later on.
  out.zone = "Zone/" + std::to_string(zone);
  auto clock = std::make_shared<policy::ZoneClock>();
  const auto noon = std::chrono::floor<std::chrono::seconds>(kNoon);
  const int sign = zone == 1 ? 1 : -1;
  clock->changes = {{noon - hours(48), sign * minutes(210)}, {noon - hours(1), sign * minutes(150)}};
  clock->known_to = noon + hours(24);
  out.clock = std::move(clock);
  return out;
}

}  // namespace

WallTime pick_time(Dice& dice) {
  static constexpr std::array<std::chrono::milliseconds, 8> kFromNoon{std::chrono::milliseconds(0),
                                                                      std::chrono::milliseconds(-1),
                                                                      hours(-1),
                                                                      hours(-72),
                                                                      hours(24),
                                                                      hours(12),
                                                                      hours(-12),
                                                                      minutes(-271)};
  return kNoon + kFromNoon[dice.below(kFromNoon.size())];
}

std::string pick_label(Dice& dice) {
  return kLabels[dice.below(kLabels.size())];
}

std::map<std::string, std::string> write_env(Dice& dice) {
  return {{"STAGE", kStages[dice.below(kStages.size())]}};
}

Condition write_fact_test(Dice& dice, bool hints) {
  Condition out;
  out.kind = Condition::Kind::test;
  switch (dice.below(hints ? 4 : 3)) {
    case 0:
      out.kind = Condition::Kind::time;
      out.time = write_window(dice);
      return out;
    case 1:
      out.test = on_env(dice);
      break;
    case 2:
      out.test = on_labels(dice);
      break;
    default:
      out.test = on_hint(dice);
  }
  if (dice.below(4) == 0) out.test.missing = dice.coin();
  return out;
}

void write_manner(Dice& dice, policy::Rule& rule) {
  rule.shadow = dice.below(6) == 0;
  if (dice.below(4) == 0) rule.expires = pick_time(dice);
  rule.precommit = rule.action != Effect::deny && dice.below(4) == 0;
  if (rule.action != Effect::deny && dice.below(3) == 0) rule.add_labels.push_back(pick_label(dice));
  if (rule.action != Effect::deny && dice.below(3) == 0) {
    policy::Limit limit;
    limit.sum = std::array{"", "args.a", "args.a.b"}[dice.below(3)];
    limit.max = "10";
    limit.per = hours(1);
    limit.by = static_cast<policy::Limit::By>(dice.below(3));
    limit.over = dice.coin() ? Effect::deny : Effect::escalate;
    rule.limit = limit;
  }
  if (rule.action == Effect::deny && dice.below(4) == 0) {
    rule.hide = true;  // which asks for nothing that only a call has
    rule.when.reset();
    if (!dice.coin()) return;
    rule.when.emplace().kind = Condition::Kind::test;
    rule.when->test = on_env(dice);
  }
}

}  // namespace holdfast::fuzz
