// An explanation is of the decision that was made: over the whole corpus its verdict is decide()'s, and what
// it says of each condition is what the reference says of it.
#include <gtest/gtest.h>

#include "policy/explain.hpp"
#include "tests/policy/reference/corpus.hpp"
#include "tests/policy/reference/fields.hpp"

namespace holdfast::reference {
namespace {

using policy::Condition;
using policy::Consulted;
using policy::Told;

Say say_of(policy::Truth truth) {
  return truth == policy::Truth::yes ? Say::yes : truth == policy::Truth::no ? Say::no : Say::unknown;
}

std::size_t compare(const Condition& written, const Told& told, const Question& call) {
  EXPECT_EQ(say_of(told.says), says(written, call)) << told.text << "\n" << to_text(written);
  EXPECT_EQ(told.parts.size(), written.children.size()) << told.text;
  std::size_t compared = 1;
  for (std::size_t i = 0; i < written.children.size() && i < told.parts.size(); ++i)
    compared += compare(written.children[i], told.parts[i], call);
  return compared;
}

const Condition* condition_of(const policy::Options& options, const Consulted& one) {
  const auto in = [&](const std::vector<policy::Rule>& rules) -> const Condition* {
    for (const policy::Rule& rule : rules) {
      if (rule.id == one.id) return rule.when ? &*rule.when : nullptr;
    }
    return nullptr;
  };
  if (one.list == Consulted::List::auto_reject) return in(options.auto_reject);
  if (one.list == Consulted::List::rules) return in(options.rules);
  if (one.list == Consulted::List::auto_approve) return in(options.auto_approve);
  return nullptr;
}

TEST(Corpus, AnExplanationIsOfTheDecisionAndOfWhatEachConditionSays) {
  std::size_t conditions = 0, unasked = 0, escalations = 0;
  for (std::size_t number = 0; number < kPolicies && !testing::Test::HasFailure(); ++number) {
    const Chapter it = chapter(number);
    for (std::size_t i = 0; i < kCallsOfEach; ++i) {
      const Made made(it.call(i));
      const policy::Explanation told = policy::explain_with_room(*it.policy, made.call());
      ASSERT_EQ(to_text(verdict_of(told.decision)),
                to_text(verdict_of(policy::decide_with_room(*it.policy, made.call()))))
          << "policy " << number << "\n"
          << to_text(it.options);
      ASSERT_FALSE(told.why.empty());
      for (const Consulted& one : told.consulted) {
        unasked += one.asked ? 0 : 1;
        escalations += one.list > Consulted::List::rules ? 1 : 0;
        // One call in five is enough to see that the walk is along the right nodes.
        const Condition* written = condition_of(it.options, one);
        if (i % 5 == 0 && one.when && written != nullptr)
          conditions += compare(*written, *one.when, Question(it.options, made.call()));
      }
    }
  }
  EXPECT_GT(conditions, kPolicies);
  EXPECT_GT(unasked, kPolicies);
  EXPECT_GT(escalations, kPolicies);
}

}  // namespace
}  // namespace holdfast::reference
