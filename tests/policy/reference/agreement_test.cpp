// The engine and the reference judge the whole corpus, and agree.
#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <iostream>

#include "tests/policy/reference/corpus.hpp"
#include "tests/policy/reference/fields.hpp"

namespace holdfast::reference {
namespace {

using policy::Condition;
using policy::Operator;

bool differ(const Case& it) {
  const auto compiled = policy::compile(it.policy);
  if (!compiled.policy) return false;
  const Made made(it.facts);
  return verdict(*compiled.policy, made.call()) != judge(it.policy, made.call());
}

std::string smallest_difference(const Chapter& chapter, const Facts& facts) {
  const Case small = shrunk({chapter.options, facts}, differ);
  const Made made(small.facts);
  return to_text(small.policy) + to_text(small.facts) +
         "engine:    " + to_text(verdict(*policy::compile(small.policy).policy, made.call())) +
         "\nreference: " + to_text(judge(small.policy, made.call()));
}

using Counts = std::array<std::size_t, 3>;  // no, unknown, yes

struct Coverage {
  std::array<Counts, kOperators> operators{};
  std::array<std::size_t, 3> effects{};  // that no unknown condition made stricter
  std::array<std::size_t, 3> by_unknown{};
  std::size_t by_default = 0, pairs = 0;
  std::size_t rejected = 0, approved = 0, further = 0, raised = 0, shadowed = 0, labelled = 0;
  Counts windows{}, hints{}, labels{};
};

void count(const Condition& condition, const Question& call, Coverage& coverage) {
  for (const Condition& child : condition.children)
    count(child, call, coverage);
  if (condition.kind == Condition::Kind::time)
    ++coverage.windows.at(static_cast<std::size_t>(says(condition, call)));
  if (condition.kind != Condition::Kind::test) return;
  const bool hint =
      condition.test.field.starts_with("context.") || condition.test.field.starts_with("annotations.");
  if (hint) ++coverage.hints.at(static_cast<std::size_t>(says(condition, call)));
  const Say say = says(condition.test, call);
  if (condition.test.field == "agent.labels_seen") ++coverage.labels.at(static_cast<std::size_t>(say));
  ++coverage.operators.at(static_cast<std::size_t>(condition.test.op)).at(static_cast<std::size_t>(say));
  for (const policy::Test& inner : condition.test.length_of)
    ++coverage.operators.at(static_cast<std::size_t>(inner.op)).at(static_cast<std::size_t>(say));
}

void count(const Verdict& verdict, Coverage& coverage) {
  ++coverage.pairs;
  ++(verdict.by_unknown ? coverage.by_unknown : coverage.effects)
        .at(static_cast<std::size_t>(verdict.effect));
  coverage.by_default += verdict.rule == "default" ? 1 : 0;
  coverage.rejected += verdict.rule.starts_with('x') ? 1 : 0;
  coverage.approved += verdict.rule.starts_with('a') ? 1 : 0;
  coverage.further += verdict.further_plans.empty() ? 0 : 1;
  coverage.raised += verdict.required > 0 ? 1 : 0;
  coverage.shadowed += verdict.shadow.empty() ? 0 : 1;
  coverage.labelled += verdict.labels.empty() ? 0 : 1;
}

void print(const Coverage& coverage) {
  const auto& [allow, escalate, deny] = coverage.effects;
  std::cout << coverage.pairs << " pairs: " << allow << " allow, " << escalate << " escalate, " << deny
            << " deny, and made stricter by what is unknown " << coverage.by_unknown[1] << " escalate, "
            << coverage.by_unknown[2] << " deny; " << coverage.by_default << " by the default, "
            << coverage.rejected << " by auto_reject, " << coverage.approved << " by auto_approve, "
            << coverage.further << " with further plans, " << coverage.raised << " raised, "
            << coverage.shadowed << " otherwise in shadow, " << coverage.labelled << " with labels\n";
  for (const auto& [what, says] : {std::pair("time", coverage.windows), std::pair("hints", coverage.hints),
                                   std::pair("labels", coverage.labels)})
    std::cout << "  " << what << ": " << says[2] << " yes, " << says[0] << " no, " << says[1] << " unknown\n";
  for (int op = 0; op < kOperators; ++op) {
    const auto& [no, unknown, yes] = coverage.operators.at(static_cast<std::size_t>(op));
    std::cout << "  " << name_of(static_cast<Operator>(op)) << ": " << yes << " yes, " << no << " no, "
              << unknown << " unknown\n";
  }
}

// Two judges that share their code would share their mistakes.
TEST(Reference, SharesNothingWithThePolicyButItsOptions) {
  for (const char* part : {"judge", "operators", "fields", "text", "tree"}) {
    for (const char* ending : {".hpp", ".cpp"}) {
      std::ifstream file(std::string(HOLDFAST_SOURCE_DIR) + "/tests/policy/reference/" + part + ending);
      ASSERT_TRUE(file) << part << ending;
      for (std::string line; std::getline(file, line);) {
        if (line.starts_with("#include \"policy/"))
          EXPECT_EQ(line, "#include \"policy/options.hpp\"") << part;
      }
    }
  }
}

TEST(Corpus, TheEngineDecidesEveryCallAsTheReferenceDoes) {
  Coverage coverage;
  for (std::size_t number = 0; number < kPolicies && !HasFailure(); ++number) {
    const Chapter it = chapter(number);
    if (it.policy == nullptr) return;
    for (std::size_t i = 0; i < kCallsOfEach; ++i) {
      const Facts facts = it.call(i);
      const Made made(facts);
      const Verdict expected = judge(it.options, made.call());
      count(expected, coverage);
      ASSERT_EQ(verdict(*it.policy, made.call()) == expected, true) << "policy " << number << "\n"
                                                                    << smallest_difference(it, facts);
      // One call in ten is enough to see that every operator says everything it can.
      if (coverage.pairs % 10 != 0) continue;
      for (const policy::Rule& rule : it.options.rules) {
        if (rule.when) count(*rule.when, Question(it.options, made.call()), coverage);
      }
    }
  }
  print(coverage);
  EXPECT_EQ(coverage.pairs, kPolicies * kCallsOfEach);
  for (const std::size_t decided : coverage.effects)
    EXPECT_GT(decided, coverage.pairs / 20);
  EXPECT_GT(coverage.by_unknown[1], coverage.pairs / 100);
  EXPECT_GT(coverage.by_unknown[2], coverage.pairs / 100);
  for (const std::size_t around : {coverage.rejected, coverage.approved, coverage.further, coverage.raised,
                                   coverage.shadowed, coverage.labelled})
    EXPECT_GT(around, coverage.pairs / 1000);
  for (const Counts& said : {coverage.windows, coverage.hints, coverage.labels}) {
    for (const std::size_t n : said)
      EXPECT_GT(n, 0U);
  }
  for (int op = 0; op < kOperators; ++op) {
    for (const std::size_t said : coverage.operators.at(static_cast<std::size_t>(op)))
      EXPECT_GT(said, 0U) << name_of(static_cast<Operator>(op));
  }
}

}  // namespace
}  // namespace holdfast::reference
