#include "policy/atom.hpp"

#include <algorithm>

#include "policy/operators.hpp"

namespace holdfast::policy {
namespace {

using json::Kind;
using json::Value;

Value value_of(const Scalar& scalar) {
  switch (scalar.kind) {
    case Kind::boolean:
      return Value::make_boolean(scalar.flag);
    case Kind::number:
      return Value::make_number(scalar.text);
    case Kind::string:
      return Value::make_string(scalar.text);
    case Kind::null:
    case Kind::array:
    case Kind::object:
      break;
  }
  return Value::make_null();
}

// What all of the values have in common: a value of another kind is unknown to one of them.
Kinds common_kind(const std::vector<Scalar>& values) {
  Kinds kinds = kAnyKind;
  for (const Scalar& value : values)
    kinds &= only(value.kind);
  return kinds;
}

Kinds any_kind_of(const std::vector<Scalar>& values) {
  Kinds kinds = 0;
  for (const Scalar& value : values)
    kinds |= only(value.kind);
  return kinds;
}

Kinds kinds_of(const CompiledTest& test) {
  switch (test.op) {
    case Operator::eq:
    case Operator::in:
      return any_kind_of(test.values);
    case Operator::ne:
    case Operator::not_in:
      return common_kind(test.values);
    case Operator::gt:
    case Operator::gte:
    case Operator::lt:
    case Operator::lte:
    case Operator::between:
      return only(Kind::number);
    case Operator::contains:
      return only(Kind::array) | (test.values[0].kind == Kind::string ? only(Kind::string) : Kinds{0});
    case Operator::starts_with:
    case Operator::ends_with:
    case Operator::glob:
    case Operator::matches:
    case Operator::cidr:
      return only(Kind::string);
    case Operator::exists:
      return test.flag ? kAnyKind : Kinds{0};
    case Operator::type:
      return only(test.kind);
    case Operator::length:
      return kAnyKind;
  }
  return kAnyKind;
}

// Numbers between two ends; an end that is not there is open for ever.
struct Range {
  struct End {
    Decimal at;
    bool included;
  };
  std::optional<End> low, high;
};

std::optional<Range> range_of(const CompiledTest& test) {
  const auto end = [&](std::size_t i, bool included) { return Range::End{test.values[i].number, included}; };
  switch (test.op) {
    case Operator::gt:
    case Operator::gte:
      return Range{end(0, test.op == Operator::gte), std::nullopt};
    case Operator::lt:
    case Operator::lte:
      return Range{std::nullopt, end(0, test.op == Operator::lte)};
    case Operator::between:
      return Range{end(0, true), end(1, true)};
    case Operator::eq:
    case Operator::ne:
    case Operator::in:
    case Operator::not_in:
    case Operator::contains:
    case Operator::starts_with:
    case Operator::ends_with:
    case Operator::glob:
    case Operator::matches:
    case Operator::exists:
    case Operator::type:
    case Operator::length:
    case Operator::cidr:
      return std::nullopt;
  }
  return std::nullopt;
}

bool is_empty(const Range& range) {
  if (!range.low || !range.high) return false;
  if (range.low->at == range.high->at) return !range.low->included || !range.high->included;
  return range.high->at < range.low->at;
}

// The tighter of two ends; `low` says which way that is.
std::optional<Range::End> tighter(const std::optional<Range::End>& a, const std::optional<Range::End>& b,
                                  bool low) {
  if (!a || !b) return a ? a : b;
  if (a->at == b->at) return a->included ? b : a;
  return (a->at < b->at) == low ? b : a;
}

Range both_of(const Range& a, const Range& b) {
  return {tighter(a.low, b.low, true), tighter(a.high, b.high, false)};
}

bool is_same(const std::optional<Range::End>& a, const std::optional<Range::End>& b) {
  if (!a || !b) return !a && !b;
  return a->at == b->at && a->included == b->included;
}

// Two ends that are one to readers who keep doubles: what lies between them is unknown.
bool is_blurred(const std::optional<Range::End>& a, const std::optional<Range::End>& b) {
  return a && b && a->at != b->at && a->at.is_same_double(b->at);
}

bool is_within(const Range& inner, const Range& outer) {
  if (is_blurred(inner.low, outer.low) || is_blurred(inner.high, outer.high)) return false;
  const Range both = both_of(inner, outer);
  return is_same(both.low, inner.low) && is_same(both.high, inner.high);
}

bool all_say_yes(std::span<const Atom* const> atoms, const Value& value) {
  return std::all_of(atoms.begin(), atoms.end(), [&](const Atom* atom) {
    std::size_t asked = 0;
    return apply(atom->compiled, value, asked) == Truth::yes;
  });
}

bool has_one(std::span<const Atom* const> atoms, const Domain& domain, const std::vector<Value>& values) {
  return std::any_of(values.begin(), values.end(), [&](const Value& value) {
    return (domain.kinds & only(value.kind())) != 0 && all_say_yes(atoms, value);
  });
}

}  // namespace

std::optional<Atom> atom_of(const Test& test) {
  if (test.op == Operator::length || test.items != Items::bare) return std::nullopt;
  auto field = parse_field(test.field);
  if (!field || std::any_of(field->steps.begin(), field->steps.end(),
                            [](const Step& step) { return step.kind != Step::Kind::member; }))
    return std::nullopt;
  auto compiled = compile_test(test.operand, test.op, field->source, field->type());
  if (!compiled) return std::nullopt;
  if (test.missing) compiled->absent = truth(*test.missing);
  Atom atom{&test, std::move(*field), std::move(*compiled), kAnyKind, std::nullopt};
  atom.kinds = kinds_of(atom.compiled);
  if (test.op == Operator::eq || test.op == Operator::in) {
    atom.values.emplace();
    for (const Scalar& scalar : atom.compiled.values)
      atom.values->push_back(value_of(scalar));
  }
  return atom;
}

bool is_same(const FieldPath& a, const FieldPath& b) {
  return a.source == b.source && a.name.text() == b.name.text() &&
         std::equal(
             a.steps.begin(), a.steps.end(), b.steps.begin(), b.steps.end(),
             [](const Step& x, const Step& y) { return x.kind == y.kind && x.name.text() == y.name.text(); });
}

bool satisfiable(std::span<const Atom* const> atoms, const Domain& domain) {
  const bool by_absence = domain.may_be_missing &&
                          std::all_of(atoms.begin(), atoms.end(),
                                      [](const Atom* atom) { return atom->compiled.absent == Truth::yes; });
  if (by_absence) return true;
  Kinds kinds = domain.kinds;
  Range range;
  for (const Atom* atom : atoms) {
    kinds &= atom->kinds;
    if (const auto of_atom = range_of(atom->compiled)) range = both_of(range, *of_atom);
  }
  if (kinds == 0) return false;
  if (domain.values) return has_one(atoms, domain, *domain.values);
  for (const Atom* atom : atoms) {
    if (atom->values) return has_one(atoms, domain, *atom->values);
  }
  return kinds != only(Kind::number) || !is_empty(range);
}

bool implies(const Atom& a, const Atom& b) {
  if (a.compiled.absent == Truth::yes && b.compiled.absent != Truth::yes) return false;
  const Atom* const right[] = {&b};
  if (a.kinds == 0) return true;  // only its absence makes it true
  if (a.values) {
    return std::all_of(a.values->begin(), a.values->end(),
                       [&](const Value& value) { return all_say_yes(right, value); });
  }
  if (b.test->op == Operator::exists) return b.compiled.flag;
  if (b.test->op == Operator::type) return a.kinds == only(b.compiled.kind);
  const auto inner = range_of(a.compiled), outer = range_of(b.compiled);
  return inner && outer && is_within(*inner, *outer);
}

}  // namespace holdfast::policy
