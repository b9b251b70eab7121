#include "tests/fuzz/write_policy.hpp"

#include <array>

#include "tests/fuzz/write_facts.hpp"

namespace holdfast::fuzz {
namespace {

using policy::Condition;
using policy::Operand;
using policy::Operator;
using policy::Test;

constexpr std::array<const char*, 8> kNames{"a", "b", "A", "items", "length", "Items", "\xEF\xBD\x81", "c"};
// The last of the numbers and of the texts can be compared with nothing: a policy with one is refused.
constexpr std::array<const char*, 12> kNumbers{
    "-5",  "0",      "-0",   "1",   "1.0",  "9007199254740993", "9007199254740992",
    "100", "100.00", "99.9", "1e2", "1e401"};
constexpr std::array<const char*, 8> kTexts{"", "a", "ab", "100", "\xC3\xA9", "aab", "b", "e\xCC\x81"};
constexpr std::array<const char*, 8> kFields{"args.a",        "args.b",          "args.items",
                                             "args.items[*]", "args.items[*].a", "args.items.length",
                                             "args.a.b",      "args.length"};

template <std::size_t N>
std::string pick(Dice& dice, const std::array<const char*, N>& words) {
  return words[dice.below(N)];
}

std::string quoted(const std::string& text) {
  return "\"" + text + "\"";  // none of ours needs an escape
}

std::string write_value(Dice& dice, int depth) {
  switch (dice.below(depth > 0 ? 7 : 5)) {
    case 0:
      return "null";
    case 1:
      return dice.coin() ? "true" : "false";
    case 2:
    case 3:
      return pick(dice, kNumbers);
    case 4:
      return quoted(pick(dice, kTexts));
    case 5: {
      std::string out = "[";
      for (std::size_t n = dice.below(4); n > 0; --n)
        out += write_value(dice, depth - 1) + (n > 1 ? "," : "");
      return out + "]";
    }
    default:
      return write_object(dice, depth - 1);
  }
}

Operand number(Dice& dice) {
  Operand out;
  out.kind = Operand::Kind::number;
  out.text = kNumbers[dice.below(kNumbers.size() - 1)];
  return out;
}

Operand text(Dice& dice) {
  Operand out;
  out.kind = Operand::Kind::string;
  out.text = kTexts[dice.below(kTexts.size() - 1)];
  return out;
}

Operand scalar(Dice& dice) {
  Operand out;
  switch (dice.below(4)) {
    case 0:
      out.kind = Operand::Kind::boolean;
      out.flag = dice.coin();
      break;
    case 1:
      return number(dice);
    case 2:
      return text(dice);
    default:
      break;
  }
  return out;
}

Operand list(Dice& dice, std::size_t n, Operand (*item)(Dice&)) {
  Operand out;
  out.kind = Operand::Kind::list;
  for (; n > 0; --n)
    out.items.push_back(item(dice));
  return out;
}

// The first is no larger than the second.
Operand range(Dice& dice) {
  Operand out = list(dice, 2, number);
  out.items[0].text = std::array{"-5", "0", "1"}[dice.below(3)];
  if (out.items[1].text == "-5") out.items[0].text = "-5";
  if (out.items[1].text == "0" || out.items[1].text == "-0") out.items[0].text = "-0";
  return out;
}

Operand operand_for(Dice& dice, Operator op) {
  Operand out;
  switch (op) {
    case Operator::eq:
    case Operator::ne:
    case Operator::contains:
      return scalar(dice);
    case Operator::in:
    case Operator::not_in:
      return list(dice, 1 + dice.below(3), scalar);
    case Operator::between:
      return range(dice);
    case Operator::starts_with:
    case Operator::ends_with:
      return text(dice);
    case Operator::exists:
      out.kind = Operand::Kind::boolean;
      out.flag = dice.coin();
      return out;
    case Operator::type:
      out.kind = Operand::Kind::string;
      out.text = std::array{"null", "boolean", "number", "string", "array", "object"}[dice.below(6)];
      return out;
    case Operator::gt:
    case Operator::gte:
    case Operator::lt:
    case Operator::lte:
    case Operator::length:
    case Operator::glob:
    case Operator::matches:
    case Operator::cidr:
      break;
  }
  return number(dice);
}

Test write_test(Dice& dice) {
  static constexpr std::array kOperators{
      Operator::eq,          Operator::ne,        Operator::gt,     Operator::gte,    Operator::lt,
      Operator::lte,         Operator::between,   Operator::in,     Operator::not_in, Operator::contains,
      Operator::starts_with, Operator::ends_with, Operator::exists, Operator::type,   Operator::length};
  Test out;
  out.field = pick(dice, kFields);
  out.op = kOperators[dice.below(kOperators.size())];
  if (out.op == Operator::length) {
    for (std::size_t n = 1 + dice.below(2); n > 0; --n) {
      Test inner;
      inner.op = kOperators[dice.below(9)];
      inner.operand = inner.op == Operator::in || inner.op == Operator::not_in ? list(dice, 2, number)
                      : inner.op == Operator::between                          ? range(dice)
                                                                               : number(dice);
      out.length_of.push_back(inner);
    }
  } else {
    out.operand = operand_for(dice, out.op);
  }
  if (dice.below(4) == 0) out.missing = dice.coin();
  const std::size_t items = dice.below(6);
  if (items == 0 && out.length_of.size() < 2) out.items = policy::Items::any_of;
  if (items == 1) out.items = policy::Items::all;
  return out;
}

// Of a header operators that could only be unknown are refused.
Test write_header_test(Dice& dice) {
  static constexpr std::array kOperators{Operator::eq,        Operator::ne,       Operator::in,
                                         Operator::not_in,    Operator::contains, Operator::starts_with,
                                         Operator::ends_with, Operator::exists};
  Test out;
  out.field = "http.header.x";
  out.op = kOperators[dice.below(kOperators.size())];
  const bool several = out.op == Operator::in || out.op == Operator::not_in;
  out.operand = several                      ? list(dice, 1 + dice.below(3), text)
                : out.op == Operator::exists ? operand_for(dice, out.op)
                                             : text(dice);
  if (dice.below(4) == 0) out.missing = dice.coin();
  return out;
}

Condition write_condition(Dice& dice, int depth, bool hints) {
  Condition out;
  const std::size_t kind = depth > 0 ? dice.below(7) : 6;
  if (kind == 6 && dice.coin()) return write_fact_test(dice, hints);
  if (kind > 2) {
    out.kind = Condition::Kind::test;
    out.test = dice.below(8) == 0 ? write_header_test(dice) : write_test(dice);
    return out;
  }
  out.kind = std::array{Condition::Kind::all, Condition::Kind::any, Condition::Kind::negation}[kind];
  const std::size_t n = out.kind == Condition::Kind::negation ? 1 : 1 + dice.below(3);
  for (std::size_t i = 0; i < n; ++i)
    out.children.push_back(write_condition(dice, depth - 1, hints));
  return out;
}

}  // namespace

std::string pick_name(Dice& dice) {
  return pick(dice, kNames);
}
std::string pick_text(Dice& dice) {
  return pick(dice, kTexts);
}

std::string write_object(Dice& dice, int depth) {
  std::string out = "{";
  unsigned used = 0;
  for (std::size_t n = dice.below(5); n > 0; --n) {
    const std::size_t name = dice.below(kNames.size());
    if ((used >> name & 1U) != 0) continue;
    used |= 1U << name;
    out += (out.size() > 1 ? "," : "") + quoted(kNames[name]) + ":" + write_value(dice, depth);
  }
  return out + "}";
}

policy::Options write_policy(Dice& dice) {
  static constexpr std::array kEffects{Effect::deny, Effect::escalate, Effect::allow};
  policy::Options out;
  out.default_effect = kEffects[dice.below(3)];
  out.env = write_env(dice);
  for (std::size_t n = 1 + dice.below(4); n > 0; --n) {
    policy::Rule rule;
    rule.action = kEffects[dice.below(3)];
    if (dice.below(8) > 0) rule.when = write_condition(dice, 3, rule.action != Effect::allow);
    if (dice.coin()) write_manner(dice, rule);
    out.rules.push_back(std::move(rule));
  }
  return out;
}

}  // namespace holdfast::fuzz
