// Every interleaving of up to six happenings around one hold: exactly one ending, no arrow that is not drawn,
// at most one release.
//
// What is covered: all sequences of six out of eighteen happenings. Two sequences after which everything
// that can matter later is the same (Standpoint) are continued once; that nothing else matters is checked,
// for each step that is taken twice from one standpoint must lead to one place. A happening that changes
// nothing is not continued.
#include <utility>

#include "tests/approvals/story.hpp"

namespace holdfast::approvals::test {
namespace {

class Interleavings : public Story {
 protected:
  void play(const Sequence& sequence) {
    begin();
    for (const Happening what : sequence) {
      let(what);
      ASSERT_NO_FATAL_FAILURE(check());
    }
  }

  // Where `what` leads from the end of the sequence; the story is told to its end.
  Standpoint step(const Sequence& before, Happening what) {
    play(before);
    const Standpoint from = standpoint();
    let(what);
    check();
    Standpoint to = standpoint();
    const auto [known, fresh] = steps.try_emplace({from, what}, to);
    EXPECT_EQ(known->second, to) << "something else matters than what the standpoint says: " << from;
    drain();
    resolutions.insert(resolution(now()));
    return to;
  }

  std::map<std::pair<Standpoint, Happening>, Standpoint> steps;
  std::set<std::string_view> resolutions;
};

TEST_F(Interleavings, OfSixHappeningsAreSafeInEveryOrder) {
  std::set<Standpoint> seen;
  std::vector<Sequence> frontier{{}};
  for (int depth = 1; depth <= 6; ++depth) {
    std::vector<Sequence> next;
    for (const Sequence& before : frontier) {
      for (int i = 0; i < kHappenings; ++i) {
        Sequence sequence = before;
        sequence.push_back(static_cast<Happening>(i));
        SCOPED_TRACE(to_string(sequence));
        const Standpoint to = step(before, sequence.back());
        ASSERT_FALSE(HasFailure());
        if (seen.insert(to).second && !over) next.push_back(sequence);
      }
    }
    frontier = std::move(next);
  }
  EXPECT_GT(seen.size(), 500U);
  EXPECT_EQ(resolutions, (std::set<std::string_view>{"succeeded", "outcome_unknown", "rejected", "expired",
                                                     "cancelled", "client_gone", "policy_changed"}));
}

TEST_F(Interleavings, OfThreeHappeningsAreSafeWithoutLeavingAnyOut) {
  for (int i = 0; i < kHappenings * kHappenings * kHappenings; ++i) {
    const auto at = [i](int n) { return static_cast<Happening>(i / n % kHappenings); };
    const Sequence before{at(kHappenings * kHappenings), at(kHappenings)};
    SCOPED_TRACE(to_string(before) + ", " + std::string(to_string(at(1))));
    step(before, at(1));
    ASSERT_FALSE(HasFailure());
  }
}

}  // namespace
}  // namespace holdfast::approvals::test
