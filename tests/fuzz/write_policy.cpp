#include "tests/fuzz/write_policy.hpp"

#include <array>

namespace holdfast::fuzz {
namespace {

using policy::Condition;
using policy::Operand;
using policy::Operator;
using policy::Test;

constexpr std::array<const char*, 8> kNames{"a", "b", "A", "items", "length", "Items", "\xEF\xBD\x81", "c"};
constexpr std::array<const char*, 12> kNumbers{
    "0",    "-0", "1", "1.0", "100", "1e2", "99.9", "100.00", "-5", "9007199254740993", "9007199254740992",
    "1e401"};
constexpr std::array<const char*, 8> kTexts{"", "a", "ab", "100", "\xC3\xA9", "e\xCC\x81", "b", "aab"};
constexpr std::array<const char*, 9> kFields{"args.a",        "args.b",          "args.items",
                                             "args.items[*]", "args.items[*].a", "args.items.length",
                                             "args.a.b",      "args.length",     "http.header.x"};

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

Operand scalar(Dice& dice) {
  Operand out;
  switch (dice.below(4)) {
    case 0:
      out.kind = Operand::Kind::boolean;
      out.flag = dice.coin();
      break;
    case 1:
      out.kind = Operand::Kind::number;
      out.text = pick(dice, kNumbers);
      break;
    case 2:
      out.kind = Operand::Kind::string;
      out.text = pick(dice, kTexts);
      break;
    default:
      break;
  }
  return out;
}

Operand number(Dice& dice) {
  Operand out;
  out.kind = Operand::Kind::number;
  out.text = pick(dice, kNumbers);
  return out;
}

Operand list(Dice& dice, std::size_t n, Operand (*item)(Dice&)) {
  Operand out;
  out.kind = Operand::Kind::list;
  for (; n > 0; --n)
    out.items.push_back(item(dice));
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
      return list(dice, 2, number);
    case Operator::starts_with:
    case Operator::ends_with:
      out.kind = Operand::Kind::string;
      out.text = pick(dice, kTexts);
      return out;
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
                      : inner.op == Operator::between                          ? list(dice, 2, number)
                                                                               : number(dice);
      out.length_of.push_back(inner);
    }
  } else {
    out.operand = operand_for(dice, out.op);
  }
  if (dice.below(4) == 0) out.missing = dice.coin();
  const std::size_t items = dice.below(6);
  if (items == 0) out.items = policy::Items::any_of;
  if (items == 1) out.items = policy::Items::all;
  return out;
}

Condition write_condition(Dice& dice, int depth) {
  Condition out;
  const std::size_t kind = depth > 0 ? dice.below(6) : 5;
  if (kind > 2) {
    out.kind = Condition::Kind::test;
    out.test = write_test(dice);
    return out;
  }
  out.kind = std::array{Condition::Kind::all, Condition::Kind::any, Condition::Kind::negation}[kind];
  const std::size_t n = out.kind == Condition::Kind::negation ? 1 : 1 + dice.below(3);
  for (std::size_t i = 0; i < n; ++i)
    out.children.push_back(write_condition(dice, depth - 1));
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
  for (std::size_t n = 1 + dice.below(4); n > 0; --n) {
    policy::Rule rule;
    rule.action = kEffects[dice.below(3)];
    if (dice.below(8) > 0) rule.when = write_condition(dice, 3);
    out.rules.push_back(std::move(rule));
  }
  return out;
}

}  // namespace holdfast::fuzz
