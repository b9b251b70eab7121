#include "tests/policy/reference/policies.hpp"

#include <fmt/format.h>

#include <set>

#include "tests/policy/reference/case.hpp"
#include "tests/policy/reference/text.hpp"
#include "tests/policy/reference/words.hpp"

namespace holdfast::reference {
namespace {

using policy::Condition;
using policy::Items;
using policy::Operand;
using policy::Operator;
using policy::Test;

Operand operand(Operand::Kind kind, std::string text = {}, bool flag = false) {
  Operand out;
  out.kind = kind;
  out.text = std::move(text);
  out.flag = flag;
  return out;
}
Operand text(std::string word) {
  return operand(Operand::Kind::string, std::move(word));
}
Operand number(std::string word) {
  return operand(Operand::Kind::number, std::move(word));
}
Operand list(std::vector<Operand> items) {
  Operand out = operand(Operand::Kind::list);
  out.items = std::move(items);
  return out;
}

template <class Make>
Operand some_list(Random& random, const Make& make) {
  std::vector<Operand> items;
  for (std::size_t n = 1 + random.below(3); n > 0; --n)
    items.push_back(make());
  return list(std::move(items));
}

Operand some_scalar(Random& random) {
  const std::size_t kind = random.below(10);
  if (kind < 4) return number(random.of(numbers()));
  if (kind < 8) return text(random.of(texts()));
  return kind == 8 ? operand(Operand::Kind::boolean, {}, random.percent(50)) : operand(Operand::Kind::null);
}

Operand ordered_pair(Random& random, const Words& from) {
  std::string low = random.of(from), high = random.of(from);
  if (compare(digits_of(low).value(), digits_of(high).value()) > 0) std::swap(low, high);
  return list({number(low), number(high)});
}

// An operand that fits the operator; `equal` makes what eq, ne, in and not_in compare with.
template <class Equal>
Operand some_operand(Random& random, Operator op, const Words& from, const Equal& equal) {
  switch (op) {
    case Operator::eq:
    case Operator::ne:
      return equal();
    case Operator::in:
    case Operator::not_in:
      return some_list(random, equal);
    case Operator::gt:
    case Operator::gte:
    case Operator::lt:
    case Operator::lte:
      return number(random.of(from));
    case Operator::between:
      return ordered_pair(random, from);
    case Operator::contains:
      return some_scalar(random);
    case Operator::starts_with:
    case Operator::ends_with:
      return text(random.of(texts()));
    case Operator::glob:
      return text(random.of(globs()));
    case Operator::matches:
      return text(random.of(regexes()));
    case Operator::exists:
      return operand(Operand::Kind::boolean, {}, random.percent(50));
    case Operator::type:
      return random.percent(10) ? operand(Operand::Kind::null) : text(random.of(types()));
    case Operator::length:
      return operand(Operand::Kind::null);
    case Operator::cidr:
      if (random.percent(30)) return some_list(random, [&] { return text(random.of(networks())); });
      return text(random.of(networks()));
  }
  return operand(Operand::Kind::null);
}

const Words& counts() {
  static const Words words = {"0", "1", "2", "3", "4", "2.0", "11"};
  return words;
}

Operator comparing_numbers(Random& random) {
  static const std::vector<Operator> all = {Operator::eq,      Operator::ne, Operator::gt,
                                            Operator::gte,     Operator::lt, Operator::lte,
                                            Operator::between, Operator::in, Operator::not_in};
  return random.of(all);
}

Test on_numbers(Random& random, Operator op, const Words& from) {
  Test out;
  out.op = op;
  out.operand = some_operand(random, op, from, [&] { return number(random.of(from)); });
  return out;
}

void make_length(Random& random, Test& test) {
  if (random.percent(40)) {
    test.operand = number(random.of(counts()));
    return;
  }
  // Two of them under any_of_items are refused: another item could meet each.
  const std::size_t most = test.items == Items::any_of ? 1 : 1 + random.below(2);
  for (std::size_t n = 0; n < most; ++n)
    test.length_of.push_back(on_numbers(random, comparing_numbers(random), counts()));
}

Operator some_operator(Random& random) {
  return static_cast<Operator>(random.below(static_cast<std::size_t>(kOperators)));
}

bool is_usually_number(const std::string& field) {
  return field.ends_with("amount") || field.ends_with("price") || field.ends_with("length") ||
         field.ends_with(".k") || field.ends_with("grid[*][*]");
}

bool is_usually_text(const std::string& field) {
  return field.ends_with("note") || field.ends_with("iban") || field.ends_with(".ip") ||
         field.ends_with("tags[*]") || field.ends_with("gr\u00f6\u00dfe");
}

Operator on_text(Random& random) {
  static const std::vector<Operator> all = {
      Operator::eq,          Operator::ne,        Operator::in,   Operator::not_in,  Operator::contains,
      Operator::starts_with, Operator::ends_with, Operator::glob, Operator::matches, Operator::cidr};
  return random.of(all);
}

// Asks for what a well-behaved client puts there, or for anything.
void ask_of_document(Random& random, Test& test) {
  const bool fits = random.percent(60);
  if (fits && is_usually_number(test.field)) {
    test.op = comparing_numbers(random);
    test.operand = some_operand(random, test.op, numbers(), [&] { return number(random.of(numbers())); });
  } else if (fits && is_usually_text(test.field)) {
    const auto word = [&] { return text(random.of(texts())); };
    test.op = on_text(random);
    test.operand = test.op == Operator::contains ? word() : some_operand(random, test.op, numbers(), word);
  } else {
    test.op = some_operator(random);
    test.operand = some_operand(random, test.op, numbers(), [&] { return some_scalar(random); });
  }
}

Test document_test(Random& random) {
  Test test;
  const bool body = random.percent(25);
  test.field = (body ? "body." : "args.") + random.of(document_fields());
  if (body && random.percent(25)) test.field = random.percent(50) ? "body[*].price" : "body[*][*]";
  ask_of_document(random, test);
  if (random.percent(35)) test.items = random.percent(50) ? Items::any_of : Items::all;
  return test;
}

// Of a fact that is text: operators that could only be unknown are refused.
Test fact_test(Random& random) {
  Test test;
  test.field = random.of(fact_fields());
  const auto known = [&] {
    while (true) {
      const std::string& word = random.of(facts_of(test.field));
      if (is_nfc(word)) return text(word);
    }
  };
  do {
    test.op = some_operator(random);
  } while (test.op >= Operator::gt && test.op <= Operator::between);
  test.operand = test.op == Operator::contains ? known() : some_operand(random, test.op, numbers(), known);
  return test;
}

Test tier_test(Random& random) {
  static const Words tiers = {"1", "2", "3", "4", "5"};
  Test test = on_numbers(random, comparing_numbers(random), tiers);
  test.field = random.percent(50) ? "trust_tier" : "agent.trust_tier";
  return test;
}

Test some_test(Random& random) {
  const std::size_t kind = random.below(100);
  Test test = kind < 65 ? document_test(random) : kind < 95 ? fact_test(random) : tier_test(random);
  if (test.op == Operator::length) make_length(random, test);
  if (random.percent(15)) test.missing = random.percent(50);
  return test;
}

// Two any_of_items on one field beside each other are refused.
bool would_be_refused(const std::vector<Condition>& children) {
  std::set<std::string> fields;
  for (const Condition& child : children) {
    if (child.kind != Condition::Kind::test || child.test.items != Items::any_of) continue;
    if (!fields.insert(child.test.field).second) return true;
  }
  return false;
}

}  // namespace

Condition some_condition(Random& random, int depth) {
  Condition out;
  const std::size_t kind = depth == 0 ? 0 : random.below(10);
  if (kind < 5) {
    out.kind = Condition::Kind::test;
    out.test = some_test(random);
    return out;
  }
  if (kind == 5) {
    out.kind = Condition::Kind::negation;
    out.children.push_back(some_condition(random, depth - 1));
    return out;
  }
  out.kind = kind < 8 ? Condition::Kind::all : Condition::Kind::any;
  for (std::size_t n = 1 + random.below(3); n > 0; --n)
    out.children.push_back(some_condition(random, depth - 1));
  if (out.kind == Condition::Kind::all && would_be_refused(out.children)) return some_condition(random, 0);
  return out;
}

namespace {

policy::Rule some_rule(Random& random, std::string id, Effect action) {
  policy::Rule rule;
  rule.id = std::move(id);
  rule.action = action;
  rule.reason = "because of " + rule.id;
  rule.show_rule = random.percent(30);
  if (random.percent(90)) rule.when = some_condition(random, 3);
  return rule;
}

// What stands around the rules: in some of the policies, one or a few of each.
void add_around(Random& random, policy::Options& options) {
  static const Words plans = {"default", "large", "two"}, groups = {"lead", "security", "legal"};
  const auto some = [&] { return random.percent(66) ? 0 : 1 + random.below(2); };
  for (std::size_t n = random.percent(85) ? 0 : 1; n > 0; --n) {
    auto rule = some_rule(random, fmt::format("x{}", n), Effect::deny);
    if (rule.when) options.auto_reject.push_back(std::move(rule));
  }
  for (std::size_t n = some(); n > 0; --n)
    options.auto_approve.push_back(some_rule(random, fmt::format("a{}", n), Effect::allow));
  for (std::size_t n = 2 * some(); n > 0; --n) {
    options.routes.push_back({some_condition(random, 1), random.of(plans), {}});
    if (random.percent(5)) options.routes.back().when.reset();
  }
  for (std::size_t n = 2 * some(); n > 0; --n) {
    const int people = 1 + static_cast<int>(random.below(4));
    options.multi_approval.push_back(
        {some_condition(random, 1), people, {random.of(groups), random.of(groups)}, {}});
  }
}

}  // namespace

policy::Options some_policy(Random& random) {
  static const Words plans = {"", "", "large", "two"};
  policy::Options options;
  options.default_effect = static_cast<Effect>(random.below(3));
  const std::size_t rules = 1 + random.below(6);
  for (std::size_t i = 0; i < rules; ++i) {
    policy::Rule rule = some_rule(random, fmt::format("r{}", i), static_cast<Effect>(random.below(3)));
    rule.tool = random.percent(25) ? "*" : random.of(tool_patterns());
    if (rule.action == Effect::escalate) rule.plan = random.of(plans);
    options.rules.push_back(std::move(rule));
  }
  add_around(random, options);
  return options;
}

}  // namespace holdfast::reference
