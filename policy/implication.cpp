#include "policy/implication.hpp"

#include <algorithm>

#include "policy/atom.hpp"
#include "policy/condition_text.hpp"

namespace holdfast::policy {
namespace {

constexpr int kMostSteps = 2000;

bool is_same(const Condition& a, const Condition& b) {
  if (a.kind != b.kind) return false;
  if (a.kind == Condition::Kind::test) return to_text(a.test) == to_text(b.test);
  if (a.kind == Condition::Kind::time) return to_text(a.time) == to_text(b.time);
  return std::equal(a.children.begin(), a.children.end(), b.children.begin(), b.children.end(), is_same);
}

class Implication {
 public:
  bool holds(const Condition& a, const Condition& b) {
    if (++steps_ > kMostSteps) return false;
    using Kind = Condition::Kind;
    if (a.kind == Kind::any)
      return std::all_of(a.children.begin(), a.children.end(),
                         [&](const Condition& one) { return holds(one, b); });
    if (b.kind == Kind::all)
      return std::all_of(b.children.begin(), b.children.end(),
                         [&](const Condition& one) { return holds(a, one); });
    if (is_same(a, b)) return true;
    if (b.kind == Kind::any && std::any_of(b.children.begin(), b.children.end(),
                                           [&](const Condition& one) { return holds(a, one); }))
      return true;
    if (a.kind == Kind::all)
      return std::any_of(a.children.begin(), a.children.end(),
                         [&](const Condition& one) { return holds(one, b); });
    return a.kind == Kind::test && b.kind == Kind::test && holds(a.test, b.test);
  }

 private:
  static bool holds(const Test& a, const Test& b) {
    const auto left = atom_of(a), right = atom_of(b);
    return left && right && policy::is_same(left->field, right->field) && implies(*left, *right);
  }

  int steps_ = 0;
};

}  // namespace

bool implies(const Condition& a, const Condition& b) {
  return Implication().holds(a, b);
}

}  // namespace holdfast::policy
