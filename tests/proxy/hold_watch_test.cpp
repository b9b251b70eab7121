// What a waiting caller learns of its hold, in whatever order it comes.
#include "proxy/hold_watch.hpp"

#include <gtest/gtest.h>

#include "net/loop.hpp"

namespace holdfast::proxy {
namespace {

approvals::HoldPtr hold(std::int64_t version, approvals::Status status) {
  auto made = std::make_shared<approvals::Hold>();
  made->version = version;
  made->status = status;
  return made;
}

TEST(HoldWatch, AnOlderStateDoesNotReplaceANewerOne) {
  net::Loop loop(0);
  HoldWatch watch(&loop);
  watch.update(hold(2, approvals::Status::approved));
  watch.update(hold(1, approvals::Status::pending));
  EXPECT_EQ(watch.hold->status, approvals::Status::approved);
  EXPECT_TRUE(watch.signal.is_set());
}

// The call runs for another caller: its cancellation must reach the upstream, not end here.
TEST(HoldWatch, StopsListeningWhenAnotherCallerReleases) {
  net::Loop loop(0);
  HoldWatch watch(&loop);
  int stopped = 0;
  watch.stop_listening = [&stopped] { return ++stopped > 0; };
  watch.update(hold(1, approvals::Status::approved));
  EXPECT_EQ(stopped, 0);
  watch.update(hold(2, approvals::Status::released));
  EXPECT_EQ(stopped, 1);
  EXPECT_FALSE(watch.client_cancelled);
}

TEST(HoldWatch, ACancellationThatCameFirstIsNotLost) {
  net::Loop loop(0);
  HoldWatch watch(&loop);
  watch.stop_listening = [] { return false; };
  watch.update(hold(1, approvals::Status::released));
  EXPECT_TRUE(watch.client_cancelled);
}

TEST(HoldWatch, TheReleasingCallerListensUntilItsLastMoment) {
  net::Loop loop(0);
  HoldWatch watch(&loop);
  watch.stop_listening = [] { return true; };
  watch.releasing = true;
  watch.update(hold(1, approvals::Status::released));
  EXPECT_TRUE(watch.stop_listening);
}

}  // namespace
}  // namespace holdfast::proxy
