#include "control/auth.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/support/manual_clock.hpp"

namespace holdfast::control {
namespace {

using boost::asio::ip::make_address;

approvals::Options roster(const std::vector<std::pair<std::string, std::string>>& tokens) {
  approvals::Options options;
  for (const auto& [id, token] : tokens) {
    approvals::Approver approver;
    approver.id = id;
    approver.token = Secret(token);
    options.approvers.push_back(std::move(approver));
  }
  return options;
}

TEST(Token, BelongsToTheApproverWhoseItIs) {
  const auto options = roster({{"alice", "0123456789abcdef"}, {"bob", "fedcba9876543210"}, {"carol", ""}});
  EXPECT_EQ(caller_of_token(options, {}, "fedcba9876543210")->id, "bob");
  for (const char* wrong :
       {"", "0123456789abcde", "0123456789abcdef0", "0123456789ABCDEF", "fedcba9876543211"}) {
    EXPECT_FALSE(caller_of_token(options, {}, wrong)) << wrong;
  }
}

TEST(Token, SharedByTwoApproversIsNobodys) {
  const auto options = roster({{"alice", "0123456789abcdef"}, {"bob", "0123456789abcdef"}});
  EXPECT_FALSE(caller_of_token(options, {}, "0123456789abcdef"));
}

TEST(Token, OfSomebodyWhoVotesOnNothingHasItsRolesOnly) {
  const auto options = roster({{"alice", "0123456789abcdef"}});
  std::vector<TokenHolder> others(1);  // the caller that is found points into it
  TokenHolder& audrey = others.front();
  audrey.id = "audrey";
  audrey.token = Secret("audrey-0123456789");
  audrey.roles.auditor = true;
  const auto found = caller_of_token(options, others, "audrey-0123456789");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, "audrey");
  EXPECT_FALSE(found->votes);
  EXPECT_TRUE(found->roles.auditor);
  EXPECT_FALSE(found->roles.admin);
  EXPECT_TRUE(caller_of_token(options, others, "0123456789abcdef")->votes);
  audrey.token = Secret("0123456789abcdef");
  EXPECT_FALSE(caller_of_token(options, others, "0123456789abcdef")) << "shared, so nobody's";
  audrey.token = Secret();
  EXPECT_FALSE(caller_of_token(options, others, ""));
}

TEST(FailureLimiter, LimitsEachAddressByItselfAndTheWholeOfAnIpv6Network) {
  test::ManualClock clock;
  FailureLimiter limiter(&clock);
  for (int i = 0; i < FailureLimiter::kBurst; ++i) {
    EXPECT_EQ(limiter.wait(make_address("2001:db8::1")).count(), 0) << i;
    limiter.failed(make_address(fmt::format("2001:db8::{:x}", i + 1)));
  }
  EXPECT_EQ(limiter.wait(make_address("2001:db8::ffff")), FailureLimiter::kRefill);
  EXPECT_EQ(limiter.wait(make_address("2001:db8:0:1::1")).count(), 0);
  EXPECT_EQ(limiter.wait(make_address("192.0.2.1")).count(), 0);
  clock.advance(std::chrono::seconds(2));
  EXPECT_EQ(limiter.wait(make_address("2001:db8::1")).count(), 4);
  clock.advance(std::chrono::hours(1));
  EXPECT_EQ(limiter.wait(make_address("2001:db8::1")).count(), 0);
}

TEST(FailureLimiter, OneAddressInTwoSpellingsIsOneAddress) {
  test::ManualClock clock;
  FailureLimiter limiter(&clock);
  for (int i = 0; i < FailureLimiter::kBurst; ++i)
    limiter.failed(make_address("::ffff:192.0.2.1"));
  EXPECT_GT(limiter.wait(make_address("192.0.2.1")).count(), 0);
}

TEST(FailureLimiter, MoreAddressesThanItRemembersShareOneBucket) {
  test::ManualClock clock;
  FailureLimiter limiter(&clock);
  for (unsigned i = 0; i < FailureLimiter::kMaxAddresses + FailureLimiter::kBurst; ++i) {
    limiter.failed(boost::asio::ip::address_v4(0x0A000000U + i));
  }
  EXPECT_GT(limiter.wait(make_address("192.0.2.1")).count(), 0);
  EXPECT_EQ(limiter.wait(make_address("10.0.0.1")).count(), 0);  // remembered by itself: one failure
  clock.advance(std::chrono::minutes(2));
  // The refilled are forgotten, and there is room for buckets of their own again.
  for (int i = 0; i < FailureLimiter::kBurst; ++i)
    limiter.failed(make_address("192.0.2.1"));
  EXPECT_GT(limiter.wait(make_address("192.0.2.1")).count(), 0);
  EXPECT_EQ(limiter.wait(make_address("192.0.2.2")).count(), 0);
}

}  // namespace
}  // namespace holdfast::control
