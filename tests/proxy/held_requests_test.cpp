// `notifications/cancelled` finds the request it means, and only that.
#include "proxy/held_requests.hpp"

#include <gtest/gtest.h>

namespace holdfast::proxy {
namespace {

struct Waiting {
  HeldRequests held;
  int woken = 0;
  HeldRequests::Ticket add(const HeldRequestName& name) {
    return held.add(name, [this] { ++woken; });
  }
};

const HeldRequestName kName{"bot", "payment", "s1", "1"};

TEST(HeldRequests, OneIsCancelledOnce) {
  Waiting waiting;
  const auto ticket = waiting.add(kName);
  EXPECT_TRUE(waiting.held.cancel(kName));
  EXPECT_FALSE(waiting.held.cancel(kName));
  EXPECT_EQ(waiting.woken, 1);
  waiting.held.remove(kName, ticket);  // its waiter leaves afterwards
}

TEST(HeldRequests, AgentUpstreamSessionAndTypedIdAllCount) {
  Waiting waiting;
  static_cast<void>(waiting.add(kName));
  for (const HeldRequestName& other :
       {HeldRequestName{"bot2", "payment", "s1", "1"}, HeldRequestName{"bot", "payment2", "s1", "1"},
        HeldRequestName{"bot", "payment", "s2", "1"}, HeldRequestName{"bot", "payment", "", "1"},
        HeldRequestName{"bot", "payment", "s1", "\"1\""}}) {
    EXPECT_FALSE(waiting.held.cancel(other)) << other.agent << other.upstream << other.session << other.id;
  }
  EXPECT_EQ(waiting.woken, 0);
}

TEST(HeldRequests, OneThatWasRemovedIsNotWoken) {
  Waiting waiting;
  const auto ticket = waiting.add(kName);
  waiting.held.remove(kName, ticket);
  EXPECT_FALSE(waiting.held.cancel(kName));
  EXPECT_EQ(waiting.woken, 0);
}

// Clients without a session number their requests from 1 each. None of two may be run after "cancel 1".
TEST(HeldRequests, TwoOfOneNameAreBothCancelled) {
  Waiting waiting;
  static_cast<void>(waiting.add(kName));
  static_cast<void>(waiting.add(kName));
  EXPECT_TRUE(waiting.held.cancel(kName));
  EXPECT_EQ(waiting.woken, 2);
}

TEST(HeldRequests, OneOfANameLeavesWithoutTheOther) {
  Waiting waiting;
  const auto first = waiting.add(kName);
  static_cast<void>(waiting.add(kName));
  waiting.held.remove(kName, first);
  EXPECT_TRUE(waiting.held.cancel(kName));
  EXPECT_EQ(waiting.woken, 1);
}

TEST(HeldRequests, ACancellationMayTouchTheListItself) {
  HeldRequests held;
  HeldRequests::Ticket ticket = 0;
  ticket = held.add(kName, [&] { held.remove(kName, ticket); });
  EXPECT_TRUE(held.cancel(kName));
}

}  // namespace
}  // namespace holdfast::proxy
