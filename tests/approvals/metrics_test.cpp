// What the desk counts of holds and votes.
#include "approvals/metrics.hpp"

#include "tests/approvals/desk_house.hpp"

namespace holdfast::approvals::test {
namespace {

using ::testing::HasSubstr;

class DeskMetrics : public House {
 protected:
  [[nodiscard]] std::string page() const {
    metrics::Page page;
    desk->metrics().collect(&page);
    return page.text();
  }
  static std::string line(const std::string& name, int value) {
    return "\nholdfast_" + name + " " + std::to_string(value) + "\n";
  }
};

TEST_F(DeskMetrics, AHoldIsPendingUntilItIsDecided) {
  EXPECT_THAT(page(), HasSubstr(line("holds_pending", 0)));
  const Attached one = attach(payment("key-1"));
  attach(payment("key-1"));  // an identical call joins
  attach(payment("key-2"));
  EXPECT_THAT(page(), HasSubstr(line("holds_pending", 2)));
  EXPECT_THAT(page(), HasSubstr(line("holds_opened_total", 2)));
  ASSERT_TRUE(approve(one.hold->id, "bob"));
  EXPECT_THAT(page(), HasSubstr(line("holds_pending", 1)));
}

TEST_F(DeskMetrics, PendingHoldsAreCountedAgainAfterARestartAndNotOpenedAgain) {
  attach(payment());
  restart();
  EXPECT_THAT(page(), HasSubstr(line("holds_pending", 1)));
  EXPECT_THAT(page(), HasSubstr(line("holds_opened_total", 0)));
}

TEST_F(DeskMetrics, VotesThatAreTakenCountAndRefusedOnesDoNot) {
  const Attached one = attach(payment("key-1", "two"));
  ASSERT_TRUE(approve(one.hold->id, "bob"));
  ASSERT_FALSE(approve(one.hold->id, "bob"));
  ASSERT_FALSE(approve(one.hold->id, "dave"));
  ASSERT_TRUE(reject(one.hold->id, "carol"));
  EXPECT_THAT(page(), HasSubstr(line("votes_total{vote=\"approve\"}", 1)));
  EXPECT_THAT(page(), HasSubstr(line("votes_total{vote=\"reject\"}", 1)));
}

TEST_F(DeskMetrics, TheTimeToDecisionEndsWithTheVoteThatDecides) {
  const Attached one = attach(payment("key-1", "two"));
  clock.advance(std::chrono::seconds(10));
  ASSERT_TRUE(approve(one.hold->id, "bob"));
  EXPECT_THAT(page(), HasSubstr(line("time_to_decision_seconds_count", 0)));
  clock.advance(std::chrono::seconds(30));
  ASSERT_TRUE(approve(one.hold->id, "carol"));
  EXPECT_THAT(page(), HasSubstr(line("time_to_decision_seconds_count", 1)));
  EXPECT_THAT(page(), HasSubstr(line("time_to_decision_seconds_sum", 40)));
}

TEST_F(DeskMetrics, AReleaseAndItsResolutionCountOnceEach) {
  const Attached one = running(payment());
  EXPECT_THAT(page(), HasSubstr(line("releases_total", 1)));
  EXPECT_THAT(page(), HasSubstr(line("resolutions_total{resolution=\"succeeded\"}", 0)));
  ASSERT_TRUE(desk->finish(one.hold->id, Ending::succeeded, answer(), true));
  EXPECT_THAT(page(), HasSubstr(line("resolutions_total{resolution=\"succeeded\"}", 1)));
  attach(payment());  // takes the stored answer: the hold changes, and has ended before
  EXPECT_THAT(page(), HasSubstr(line("resolutions_total{resolution=\"succeeded\"}", 1)));
}

TEST_F(DeskMetrics, ExpiryIsAResolutionAndNobodysDecision) {
  attach(payment());
  clock.advance(std::chrono::hours(2));
  desk->tick();
  EXPECT_THAT(page(), HasSubstr(line("resolutions_total{resolution=\"expired\"}", 1)));
  EXPECT_THAT(page(), HasSubstr(line("time_to_decision_seconds_count", 0)));
  EXPECT_THAT(page(), HasSubstr(line("holds_pending", 0)));
}

TEST_F(DeskMetrics, NothingOfACallStandsOnThePage) {
  const Attached one = attach(payment());
  ASSERT_TRUE(approve(one.hold->id, "bob"));
  for (const char* word : {"5000", "Zoe", "bot", "bob", "payment", "nonce", kDigest})
    EXPECT_THAT(page(), ::testing::Not(HasSubstr(word)));
}

}  // namespace
}  // namespace holdfast::approvals::test
