// What one agent may ask of its approvers (08-attacks: "the same rejected call asked again and again until
// somebody clicks", "500 escalations in a minute from one agent").
#include <algorithm>

#include "tests/approvals/desk_house.hpp"

namespace holdfast::approvals::test {
namespace {

class Flood : public House {
 protected:
  HeldCall call(const std::string& key, const std::string& tool = "payment.send",
                const std::string& agent = "bot") {
    HeldCall made = payment(key);
    made.tool = tool;
    made.agent = agent;
    return made;
  }
  void ask_and_reject(const HeldCall& asked) { EXPECT_TRUE(reject(attach(asked).hold->id, "alice")); }
  tl::expected<Attached, NotAttached> ask(const HeldCall& asked) {
    return desk->attach(asked, [](HoldPtr) {});
  }
  std::size_t asked() const {
    const auto events = notices.events();
    return static_cast<std::size_t>(std::count(events.begin(), events.end(), Event::requested));
  }
};

TEST_F(Flood, TheSameRejectedCallAskedAgainAndAgainReachesNobody) {
  ask_and_reject(call("k"));
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(attach(call("k")).hold->ending, Ending::rejected);
  EXPECT_EQ(asked(), 1u);
}

TEST_F(Flood, ThreeRejectionsOfOneToolLimitItHoweverTheArgumentsChange) {
  for (const char* key : {"1", "2", "3"})
    ask_and_reject(call(key));
  EXPECT_REFUSED(ask(call("4")), Code::limited, "payment.send");
  EXPECT_EQ(asked(), 3u);
  EXPECT_EQ(attach(call("1")).hold->ending, Ending::rejected)
      << "what was rejected stays rejected, not limited";
  EXPECT_TRUE(attach(call("4", "payment.refund")).created) << "another tool";
  EXPECT_TRUE(attach(call("4", "payment.send", "other-bot")).created) << "another agent";
}

TEST_F(Flood, TheLimitSaysWhenItEndsAndEndsThen) {
  for (const char* key : {"1", "2", "3"}) {
    ask_and_reject(call(key));
    clock.advance(std::chrono::minutes(1));
  }
  const auto limited = ask(call("4"));
  ASSERT_FALSE(limited);
  EXPECT_EQ(limited.error().retry_after, options.cooldown - std::chrono::minutes(3))
      << "the oldest goes first";
  clock.advance(limited.error().retry_after - Milliseconds(1));
  EXPECT_EQ(ask(call("4")).error().retry_after, Milliseconds(1));
  clock.advance(Milliseconds(1));
  EXPECT_TRUE(attach(call("4")).created);
}

TEST_F(Flood, TheLimitSurvivesARestart) {
  for (const char* key : {"1", "2", "3"})
    ask_and_reject(call(key));
  clock.advance(std::chrono::minutes(1));
  restart();
  const auto limited = ask(call("4"));
  ASSERT_FALSE(limited);
  EXPECT_EQ(limited.error().code, Code::limited);
  EXPECT_EQ(limited.error().retry_after, options.cooldown - std::chrono::minutes(1));
}

TEST_F(Flood, AWallClockSetBackDoesNotProlongIt) {
  for (const char* key : {"1", "2", "3"})
    ask_and_reject(call(key));
  clock.step_wall(-std::chrono::hours(2));
  clock.advance(options.cooldown);
  EXPECT_TRUE(attach(call("4")).created);
}

TEST_F(Flood, AnApprovalBetweenRejectionsDoesNotResetThem) {
  ask_and_reject(call("1"));
  ask_and_reject(call("2"));
  EXPECT_TRUE(approve(attach(call("good")).hold->id, "alice"));
  ask_and_reject(call("3"));
  EXPECT_REFUSED(ask(call("4")), Code::limited, "rejected 3 calls");
}

TEST_F(Flood, FiveHundredEscalationsOfOneAgentAskAboutTwenty) {
  int held = 0;
  for (int i = 0; i < 500; ++i)
    held += ask(call(std::to_string(i))) ? 1 : 0;
  EXPECT_EQ(held, options.pending_per_agent);
  EXPECT_EQ(asked(), static_cast<std::size_t>(options.pending_per_agent));
}

TEST_F(Flood, AskingAndCancellingInTurnIsAskingAllTheSame) {
  int held = 0;
  for (int i = 0; i < 500; ++i) {
    const auto attached = ask(call(std::to_string(i)));
    if (!attached) continue;
    ++held;
    EXPECT_TRUE(desk->end(attached->hold->id, Status::cancelled, "the agent cancelled it"));
  }
  EXPECT_EQ(held, options.pending_per_agent);
  restart();
  EXPECT_REFUSED(ask(call("after")), Code::conflict, "too many pending");
  clock.advance(options.cooldown);
  EXPECT_TRUE(attach(call("after")).created);
}

TEST_F(Flood, ACallCancelledAfterItsApprovalCountsNoMore) {
  options.pending_per_agent = 1;
  desk->set_options(options);
  const Attached held = attach(call("1"));
  ASSERT_TRUE(approve(held.hold->id, "alice"));
  ASSERT_TRUE(desk->end(held.hold->id, Status::cancelled, "not needed"));
  EXPECT_TRUE(attach(call("2")).created);
}

TEST_F(Flood, AHoldWhoseTimeIsOverCountsNoMoreEvenBeforeTheNextTick) {
  options.pending_per_agent = 1;
  desk->set_options(options);
  attach(call("1"));
  clock.advance(options.timeout);
  EXPECT_TRUE(attach(call("2")).created);
}

}  // namespace
}  // namespace holdfast::approvals::test
