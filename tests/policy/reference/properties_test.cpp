// What must hold between two calls, or two policies, whatever they are: over the same corpus, with the engine
// alone.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/policy/reference/blurs.hpp"
#include "tests/policy/reference/corpus.hpp"
#include "tests/policy/reference/text.hpp"
#include "tests/policy/reference/words.hpp"

namespace holdfast::reference {
namespace {

using json::Kind;
using Change = std::function<void(Facts&)>;

constexpr std::size_t kEvery = 4;  // a quarter of the calls of every policy

Verdict decided(const policy::Policy& policy, const Facts& facts) {
  return verdict(policy, Made(facts).call());
}

// Holds for the call and for what the change makes of it.
using Law = std::function<bool(const Verdict& before, const Verdict& after)>;

bool broken(const policy::Policy& policy, const Facts& facts, const Change& change, const Law& law) {
  Facts changed = facts;
  change(changed);
  return !law(decided(policy, facts), decided(policy, changed));
}

std::string smallest(const Case& from, const Change& change, const Law& law) {
  const Case small = shrunk(from, [&](const Case& it) {
    const auto compiled = policy::compile(it.policy);
    return compiled.policy && broken(*compiled.policy, it.facts, change, law);
  });
  const auto compiled = policy::compile(small.policy);
  Facts changed = small.facts;
  change(changed);
  return to_text(small.policy) + to_text(small.facts) + to_text(decided(*compiled.policy, small.facts)) +
         "\n\nchanged to\n" + to_text(changed) + to_text(decided(*compiled.policy, changed));
}

void expect(const Law& law, const Chapter& it, const Facts& facts, const Change& change) {
  EXPECT_FALSE(broken(*it.policy, facts, change, law)) << smallest({it.options, facts}, change, law);
}

// A part of the calls of every policy, until something fails.
template <class Each>
void every(const Each& each) {
  for (std::size_t number = 0; number < kPolicies && !testing::Test::HasFailure(); ++number) {
    const Chapter it = chapter(number);
    for (std::size_t i = number % kEvery; i < kCallsOfEach; i += kEvery)
      each(it, it.call(i), number * kCallsOfEach + i);
  }
}

bool same(const Verdict& before, const Verdict& after) {
  return before == after;
}
bool no_laxer(const Verdict& before, const Verdict& after) {
  return after.effect >= before.effect;
}

void add_unread(Facts& facts) {
  for (Tree* document : {&facts.args, &facts.body, &facts.context}) {
    if (document->kind == Kind::object) document->members.push_back({"zz_unread", Tree::string("abc")});
  }
  for (Pairs* pairs : {&facts.headers, &facts.query, &facts.path_parameters})
    pairs->insert(pairs->begin(), {"zz-unread", "abc"});
  if (facts.agent) facts.agent->labels.emplace_back("zz-unread", "abc");
  for (const char* name : {"zz[]", "[zz]", "zz.amount", "amounts", "x_amount", "x[amount]"}) {
    facts.query.emplace_back(name, "abc");
    for (auto* names : {&facts.contested, &facts.unclear_query, &facts.unclear_form})
      names->emplace_back(name);
  }
}

TEST(Properties, AFieldThatNoRuleReadsChangesNothing) {
  every([](const Chapter& it, const Facts& facts, std::size_t) { expect(same, it, facts, add_unread); });
}

void reorder(Tree& tree, Random& random) {
  random.shuffle(tree.members);
  for (Branch& member : tree.members)
    reorder(member.value, random);
  for (Tree& item : tree.items)
    reorder(item, random);
}

TEST(Properties, TheOrderOfTheMembersOfABodyChangesNothing) {
  every([](const Chapter& it, const Facts& facts, std::size_t number) {
    expect(same, it, facts, [number](Facts& changed) {
      Random random(number);
      reorder(changed.args, random);
      reorder(changed.body, random);
    });
  });
}

TEST(Properties, NothingThatBecomesUnknownMakesTheDecisionLaxer) {
  std::size_t stricter = 0;
  every([&stricter](const Chapter& it, const Facts& facts, std::size_t number) {
    const Verdict before = decided(*it.policy, facts);
    // Each call is blurred in some of the ways, the corpus in all of them.
    for (std::size_t i = number % 4; i < blurs().size(); i += 4) {
      const Change blur = [number, i](Facts& changed) {
        Random random(number);
        blurs()[i](changed, random);
      };
      Facts changed = facts;
      blur(changed);
      const Verdict after = decided(*it.policy, changed);
      EXPECT_TRUE(no_laxer(before, after)) << smallest({it.options, facts}, blur, no_laxer);
      stricter += after.effect > before.effect ? 1 : 0;
    }
  });
  EXPECT_GT(stricter, kPolicies / 20);
}

bool reads_hint(const policy::Condition& condition) {
  const std::string& field = condition.test.field;
  return field.starts_with("context.") || field.starts_with("annotations.") ||
         std::any_of(condition.children.begin(), condition.children.end(), reads_hint);
}

TEST(Properties, NoHintMakesADecisionLaxer) {
  std::size_t stricter = 0;
  for (std::size_t number = 0; number < kPolicies && !HasFailure(); ++number) {
    const Chapter it = chapter(number);
    policy::Options without = it.options;
    const auto on_hint = [](const auto& of) { return of.when && reads_hint(*of.when); };
    if (std::erase_if(without.rules, on_hint) + std::erase_if(without.auto_reject, on_hint) == 0) continue;
    const auto policy = policy::compile(without).policy;
    for (std::size_t i = 0; i < kCallsOfEach; ++i) {
      const Facts facts = it.call(i);
      const Verdict before = decided(*policy, facts), after = decided(*it.policy, facts);
      EXPECT_TRUE(no_laxer(before, after)) << to_text(it.options) << to_text(facts) << "without hints "
                                           << to_text(before) << "\nwith them " << to_text(after);
      stricter += after.effect > before.effect ? 1 : 0;
    }
  }
  EXPECT_GT(stricter, kPolicies / 20);
}

TEST(Properties, WhatIsInShadowDecidesNothing) {
  std::size_t told = 0;
  for (std::size_t number = 0; number < kPolicies && !HasFailure(); ++number) {
    const Chapter it = chapter(number);
    policy::Options without = it.options;
    std::size_t shadows = 0;
    for (auto* rules : {&without.auto_reject, &without.rules, &without.auto_approve})
      shadows += std::erase_if(*rules, [](const policy::Rule& rule) { return rule.shadow; });
    if (shadows == 0) continue;
    const auto policy = policy::compile(without).policy;
    for (std::size_t i = 0; i < kCallsOfEach; ++i) {
      const Facts facts = it.call(i);
      Verdict before = decided(*policy, facts), after = decided(*it.policy, facts);
      told += after.shadow.empty() ? 0 : 1;
      before.shadow = after.shadow = "";
      EXPECT_EQ(before, after) << to_text(it.options) << to_text(facts);
    }
  }
  EXPECT_GT(told, kPolicies / 20);
}

TEST(Properties, ABodyThatIsNotNeededChangesNothing) {
  std::size_t unneeded = 0;
  every([&unneeded](const Chapter& it, const Facts& facts, std::size_t) {
    const policy::Needs needs = it.policy->needs(facts.tool);
    if (needs.body || needs.body_for_shadow || needs.parameters || needs.parameters_for_shadow) return;
    ++unneeded;
    expect(same, it, facts,
           [](Facts& changed) { changed.args_state = changed.body_state = Readable::unreadable; });
  });
  EXPECT_GT(unneeded, kPolicies / 5);
}

bool meet(const policy::Rule& one, const policy::Rule& other) {
  const auto about = [](const policy::Rule& rule, const std::string& tool) {
    return rule.tool == "*" || wild(rule.tool, tool, '.');
  };
  return std::any_of(tools().begin(), tools().end(),
                     [&](const std::string& tool) { return about(one, tool) && about(other, tool); });
}

TEST(Properties, TheOrderOfRulesThatNeverMeetChangesNothing) {
  std::size_t swaps = 0;
  for (std::size_t number = 0; number < kPolicies && !HasFailure(); ++number) {
    const Chapter it = chapter(number);
    for (std::size_t i = 1; i < it.options.rules.size(); ++i) {
      policy::Options other = it.options;
      if (meet(other.rules[i - 1], other.rules[i])) continue;
      ++swaps;
      std::swap(other.rules[i - 1], other.rules[i]);
      const auto swapped = policy::compile(other).policy;
      for (std::size_t c = number % kEvery; c < kCallsOfEach; c += kEvery) {
        const Facts facts = it.call(c);
        EXPECT_EQ(decided(*swapped, facts), decided(*it.policy, facts))
            << to_text(it.options) << to_text(facts) << "with the rules " << i - 1 << " and " << i
            << " swapped";
      }
      break;
    }
  }
  EXPECT_GT(swaps, kPolicies / 10);
}

}  // namespace
}  // namespace holdfast::reference
