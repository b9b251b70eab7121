#include "tests/policy/reference/policies.hpp"

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

Test hint_test(Random& random) {
  Test test;
  if (random.percent(60)) {
    test.field = "context." + random.of(document_fields());
    ask_of_document(random, test);
    if (random.percent(35)) test.items = random.percent(50) ? Items::any_of : Items::all;
    return test;
  }
  test.field = random.of(hint_fields());
  static const std::vector<Operator> all = {Operator::eq, Operator::ne, Operator::exists, Operator::in,
                                            Operator::type};
  test.op = random.of(all);
  test.operand = some_operand(random, test.op, numbers(),
                              [&] { return operand(Operand::Kind::boolean, {}, random.percent(50)); });
  return test;
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

// Some of the numbers are written as names, where a name may stand.
void name_tiers(Random& random, Test& test) {
  const bool ordered = test.op == Operator::between || (test.op >= Operator::gt && test.op <= Operator::lte);
  if (ordered || !random.percent(40)) return;
  Operand& one = test.operand.kind == Operand::Kind::list ? test.operand.items.front() : test.operand;
  one = text(random.of(tier_names()));
}

Test tier_test(Random& random) {
  Test test = on_numbers(random, comparing_numbers(random), {"1", "2", "3", "4", "5"});
  name_tiers(random, test);
  test.field = random.percent(50) ? "trust_tier" : "agent.trust_tier";
  return test;
}

Test labels_test(Random& random) {
  Test test;
  test.field = "agent.labels_seen";
  test.op = random.percent(70) ? Operator::contains : Operator::length;
  test.operand = text(random.of(labels()));
  return test;
}

Test some_test(Random& random, bool hints) {
  const std::size_t kind = random.below(100);
  Test test = kind < 57   ? document_test(random)
              : kind < 60 ? labels_test(random)
              : kind < 88 ? fact_test(random)
              : kind < 94 ? tier_test(random)
              : hints     ? hint_test(random)
                          : document_test(random);
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

// Hours and zones that the calls' times (calls.cpp) meet at their edges.
policy::TimeWindow some_window(Random& random) {
  using std::chrono::hours;
  policy::TimeWindow window;
  if (random.percent(70)) window.days = static_cast<std::uint8_t>(1 + random.below(0x7F));
  if (random.percent(70)) {
    window.begin = hours(random.below(24));
    window.end = hours(random.below(25));
    if (window.begin == window.end) window.end = window.begin + std::chrono::minutes(30);
  }
  if (random.percent(50)) return window;
  auto clock = std::make_shared<policy::ZoneClock>();
  std::chrono::sys_seconds at = std::chrono::sys_days(std::chrono::year(2026) / 11 / 17);
  for (std::size_t n = 1 + random.below(3); n > 0; --n, at += hours(1 + random.below(40)))
    clock->changes.push_back({at, std::chrono::minutes(static_cast<int>(random.below(48)) * 30 - 720)});
  clock->known_to = at + hours(random.below(200));
  window.clock = clock;
  window.zone = "Zone/" + std::to_string(random.below(1'000'000'000));  // a zone is known by its name
  return window;
}

}  // namespace

Condition some_condition(Random& random, int depth, bool hints) {
  Condition out;
  const std::size_t kind = depth == 0 ? 0 : random.below(10);
  if (kind < 5) {
    const bool timed = random.percent(6);
    out.kind = timed ? Condition::Kind::time : Condition::Kind::test;
    if (timed) out.time = some_window(random);
    if (!timed) out.test = some_test(random, hints);
    return out;
  }
  if (kind == 5) {
    out.kind = Condition::Kind::negation;
    out.children.push_back(some_condition(random, depth - 1, hints));
    return out;
  }
  out.kind = kind < 8 ? Condition::Kind::all : Condition::Kind::any;
  for (std::size_t n = 1 + random.below(3); n > 0; --n)
    out.children.push_back(some_condition(random, depth - 1, hints));
  if (out.kind == Condition::Kind::all && would_be_refused(out.children))
    return some_condition(random, 0, hints);
  return out;
}

}  // namespace holdfast::reference
