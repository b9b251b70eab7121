// No lint says what is not so: what the linter reasons about conditions without a call, held against what the
// reference says of them over calls.
#include <gtest/gtest.h>

#include <iostream>
#include <memory>

#include "policy/atom.hpp"
#include "policy/implication.hpp"
#include "policy/tier_names.hpp"
#include "tests/policy/reference/corpus.hpp"
#include "tests/policy/reference/fields.hpp"

namespace holdfast::reference {
namespace {

using policy::Condition;

void gather(const Condition& condition, std::vector<const Condition*>& out) {
  out.push_back(&condition);
  for (const Condition& child : condition.children)
    gather(child, out);
}

std::vector<const Condition*> conditions_of(const policy::Options& options) {
  std::vector<const Condition*> out;
  for (const auto* list : {&options.auto_reject, &options.rules, &options.auto_approve}) {
    for (const policy::Rule& rule : *list) {
      if (rule.when) gather(*rule.when, out);
    }
  }
  return out;
}

// Lints see numbers where the author wrote names.
Chapter with_tiers(Chapter chapter) {
  Problems problems;
  policy::resolve_tier_names(chapter.options, problems);
  return chapter;
}

struct Calls {
  std::vector<std::unique_ptr<Made>> made;
  explicit Calls(const Chapter& chapter) {
    for (std::size_t i = 0; i < kCallsOfEach; ++i)
      made.push_back(std::make_unique<Made>(chapter.call(i)));
  }
};

TEST(Corpus, WhatIsImpliedIsTrueWhereverItIsImplied) {
  std::size_t implied = 0, true_of_both = 0;
  for (std::size_t number = 0; number < kPolicies; number += 10) {
    const Chapter it = with_tiers(chapter(number));
    const Calls calls(it);
    const auto conditions = conditions_of(it.options);
    for (const Condition* a : conditions) {
      for (const Condition* b : conditions) {
        if (a == b || !policy::implies(*a, *b)) continue;
        ++implied;
        for (const auto& made : calls.made) {
          if (says(*a, Question(it.options, made->call())) != Say::yes) continue;
          ++true_of_both;
          ASSERT_EQ(says(*b, Question(it.options, made->call())), Say::yes)
              << to_text(*a) << "\ndoes not imply\n"
              << to_text(*b);
        }
      }
    }
  }
  EXPECT_GT(implied, kPolicies / 10);
  EXPECT_GT(true_of_both, kPolicies / 10);
  std::cout << implied << " implications, met by " << true_of_both << " calls\n";
}

TEST(Corpus, WhatNothingMeetsIsNeverMet) {
  std::size_t impossible = 0;
  for (std::size_t number = 0; number < kPolicies; number += 2) {
    const Chapter it = with_tiers(chapter(number));
    const Calls calls(it);
    std::vector<const policy::Test*> tests;
    for (const Condition* condition : conditions_of(it.options)) {
      if (condition->kind == Condition::Kind::test) tests.push_back(&condition->test);
    }
    for (const policy::Test* a : tests) {
      for (const policy::Test* b : tests) {
        const auto left = policy::atom_of(*a), right = policy::atom_of(*b);
        if (!left || !right || !policy::is_same(left->field, right->field)) continue;
        const policy::Atom* const both[] = {&*left, &*right};
        if (policy::satisfiable(both, {})) continue;
        ++impossible;
        for (const auto& made : calls.made)
          ASSERT_FALSE(says(*a, Question(it.options, made->call())) == Say::yes &&
                       says(*b, Question(it.options, made->call())) == Say::yes)
              << a->field;
      }
    }
  }
  EXPECT_GT(impossible, kPolicies / 10);
  std::cout << impossible << " pairs that nothing meets\n";
}

}  // namespace
}  // namespace holdfast::reference
