#include "net/loop.hpp"

#include <gtest/gtest.h>

#include <atomic>

#include "net/offload.hpp"
#include "net/signal.hpp"
#include "tests/net/loop_thread.hpp"

namespace holdfast::net {
namespace {

using test::LoopThread;
using test::stand_still;
using namespace std::chrono_literals;

task<bool> wait_for(Signal* signal, SteadyTime until) {
  co_return co_await signal->wait_until(until);
}

// Ends when the group is empty.
task<void> wait_empty(TaskGroup* group) {
  co_await group->wait();
}

TEST(Deadlines, ExpireOnceInOrderAndNotWhenDisarmed) {
  LoopThread thread;
  std::atomic<int> expired = 0;
  std::atomic<int> wrong = 0;
  Signal done(thread.loop());
  Deadline first([&] { ++expired; });
  Deadline disarmed([&] { ++wrong; });
  Deadline moved([&] { ++wrong; });
  Deadline last([&] { done.set(); });
  thread.on_loop([&] {
    Deadlines& deadlines = thread.loop()->deadlines();
    deadlines.arm(first, 1ms);
    deadlines.arm(disarmed, 1ms);
    deadlines.disarm(disarmed);
    deadlines.arm(moved, 1ms);
    deadlines.arm(moved, 1h);
    deadlines.arm(last, 150ms);
  });
  EXPECT_TRUE(thread.run(wait_for(&done, SteadyTime::max())));
  EXPECT_EQ(expired, 1);
  EXPECT_EQ(wrong, 0);
  thread.on_loop([&] { moved.disarm(); });
}

TEST(Deadlines, OneMayDestroyAnotherThatIsDue) {
  LoopThread thread;
  Signal done(thread.loop());
  bool second_ran = false;
  auto second = std::make_unique<Deadline>([&] { second_ran = true; });
  Deadline first([&] {
    second.reset();
    done.set();
  });
  thread.on_loop([&] {
    thread.loop()->deadlines().arm(first, 1ms);
    thread.loop()->deadlines().arm(*second, 1ms);
  });
  EXPECT_TRUE(thread.run(wait_for(&done, SteadyTime::max())));
  EXPECT_FALSE(second_ran);
}

// A loop that stood still for longer than an upstream or a client may be silent took that for their silence:
// what they had sent meanwhile was looked at behind the sweep.
TEST(Deadlines, LeaveTimeForWhatCameWhileTheLoopStoodStill) {
  LoopThread thread;
  Signal done(thread.loop());
  bool expired = false;
  Deadline silence([&] { expired = true; });
  thread.on_loop([&] {
    thread.loop()->deadlines().arm(silence, kMostAtOnce + 200ms);
    stand_still(kMostAtOnce + 500ms);
    // Behind the sweep, as what is read in two steps: the loop looks for what is ready after the first.
    const auto executor = thread.loop()->executor();
    post_to(executor, [&, executor] {
      post_to(executor, [&] {
        silence.disarm();
        done.set();
      });
    });
  });
  EXPECT_TRUE(thread.run(wait_for(&done, SteadyTime::max())));
  EXPECT_FALSE(expired);
}

TEST(Deadlines, TheirClockHardlyMovesWhileTheLoopStandsStill) {
  LoopThread thread;
  Deadline armed([] {});
  thread.on_loop([&] {
    Deadlines& deadlines = thread.loop()->deadlines();
    deadlines.arm(armed, 1h);
    const SteadyTime before = deadlines.now();
    stand_still(kMostAtOnce + 500ms);
    EXPECT_LE(deadlines.now() - before, kSweep + kMostAtOnce);
    const SteadyTime still = deadlines.now();
    deadlines.disarm(armed);
    EXPECT_GE(deadlines.now(), still);
  });
}

TEST(Deadlines, ExpireAlthoughTheLoopKeepsStandingStill) {
  LoopThread thread;
  Signal done(thread.loop());
  Deadline silence([&] { done.set(); });
  thread.on_loop([&] { thread.loop()->deadlines().arm(silence, kMostAtOnce + 200ms); });
  while (!thread.run(wait_for(&done, SteadyTime::min())))
    thread.on_loop([] { stand_still(kMostAtOnce + 200ms); });
}

TEST(Signals, TellBeingSetFromTheTimeHavingCome) {
  LoopThread thread;
  Signal signal(thread.loop());
  EXPECT_FALSE(thread.run(wait_for(&signal, std::chrono::steady_clock::now() + 5ms)));
  auto waiting = thread.start(wait_for(&signal, SteadyTime::max()));
  thread.on_loop([&] { signal.set(); });
  EXPECT_TRUE(waiting.get());
  EXPECT_TRUE(thread.run(wait_for(&signal, SteadyTime::min())));
  thread.on_loop([&] { signal.clear(); });
  EXPECT_FALSE(thread.run(wait_for(&signal, SteadyTime::min())));
}

struct Trace {
  explicit Trace(std::atomic<int>* live_count) : live(live_count) { ++*live; }
  ~Trace() { --*live; }
  Trace(const Trace&) = delete;
  std::atomic<int>* live;
};

task<void> wait_for_ever(Signal* signal, std::atomic<int>* live) {
  const Trace trace(live);
  co_await signal->wait_until(SteadyTime::max());
}

task<void> throw_something() {
  throw std::runtime_error("expected by this test");
  co_return;
}

// Lets the loop finish what is queued.
task<void> post_twice() {
  co_await asio::post(asio::use_awaitable_t<Executor>{});
  co_await asio::post(asio::use_awaitable_t<Executor>{});
}

TEST(TaskGroups, CancelEndsEveryTaskAndWaitSeesTheirFramesGone) {
  LoopThread thread;
  TaskGroup group(thread.loop());
  Signal never(thread.loop());
  Signal never_either(thread.loop());
  std::atomic<int> live = 0;
  thread.on_loop([&] {
    group.spawn(wait_for_ever(&never, &live));
    group.spawn(wait_for_ever(&never_either, &live));
  });
  thread.on_loop([&] {
    EXPECT_EQ(live, 2);
    group.cancel();
    // Spawned into a group that is being cancelled: it must not outlive it either.
    group.spawn(wait_for_ever(&never, &live));
  });
  thread.run(wait_empty(&group));
  EXPECT_EQ(live, 0);
  thread.on_loop([&] {
    EXPECT_EQ(group.size(), 0U);
    group.spawn(wait_for_ever(&never, &live));
  });
  thread.on_loop([&] { EXPECT_EQ(live, 1) << "an emptied group takes new tasks"; });
  thread.on_loop([&] { never.set(); });
  thread.run(wait_empty(&group));
}

TEST(TaskGroups, AnExceptionEndsOnlyItsTask) {
  LoopThread thread;
  TaskGroup group(thread.loop());
  Signal signal(thread.loop());
  std::atomic<int> live = 0;
  thread.on_loop([&] { group.spawn(throw_something()); });
  thread.run(wait_empty(&group));
  thread.on_loop([&] {
    group.spawn(wait_for_ever(&signal, &live));
    group.spawn(throw_something());
  });
  thread.run(post_twice());
  thread.on_loop([&] {
    EXPECT_EQ(group.size(), 1U);
    EXPECT_EQ(live, 1);
    signal.set();
  });
  thread.run(wait_empty(&group));
}

task<std::thread::id> where_offloaded(Executor where) {
  co_return co_await offload(where, [] { return std::this_thread::get_id(); });
}

task<std::thread::id> where_after_offload(Executor where) {
  (void)co_await offload(where, [] { return 1; });
  co_return std::this_thread::get_id();
}

task<std::thread::id> where_now() {
  co_return std::this_thread::get_id();
}

TEST(Offload, RunsThereAndGoesOnHere) {
  LoopThread here;
  LoopThread there;
  const auto here_id = here.run(where_now());
  const auto there_id = there.run(where_now());
  EXPECT_NE(here_id, there_id);
  EXPECT_EQ(here.run(where_offloaded(there.loop()->executor())), there_id);
  EXPECT_EQ(here.run(where_after_offload(there.loop()->executor())), here_id);
}

task<std::string> from_thread(std::thread* thread) {
  auto start = [thread](auto done) {
    *thread = std::thread([done = std::function<void(std::string)>(done)] { done("from elsewhere"); });
  };
  co_return co_await from_callback<std::string>(start);
}

TEST(Offload, CallbackFromAnyThreadIsReceivedOnTheLoop) {
  LoopThread here;
  for (int i = 0; i < 50; ++i) {
    std::thread elsewhere;
    EXPECT_EQ(here.run(from_thread(&elsewhere)), "from elsewhere");
    elsewhere.join();
  }
}

task<int> at_once() {
  co_return co_await from_callback<int>([](auto done) { done(7); });
}

TEST(Offload, CallbackMayComeBeforeTheWait) {
  LoopThread here;
  EXPECT_EQ(here.run(at_once()), 7);
}

}  // namespace
}  // namespace holdfast::net
