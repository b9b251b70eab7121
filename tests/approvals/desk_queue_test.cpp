// Operations from many threads, and the one thread of the desk.
#include "approvals/desk_queue.hpp"

#include <atomic>
#include <future>
#include <thread>

#include "net/loop.hpp"
#include "net/task_group.hpp"
#include "tests/approvals/desk_house.hpp"

namespace holdfast::approvals::test {
namespace {

class Queue : public WitnessedHouse {
 protected:
  void SetUp() override {
    WitnessedHouse::SetUp();
    options.pending_per_agent = 10'000;
    desk->set_options(options);
    queue.open(desk.get());
  }
  // As the desk's thread, until nothing is left to do.
  void run() {
    desk_thread.restart();
    desk_thread.run();
  }
  Operation opening(int number) {
    return {[this, number] { EXPECT_TRUE(attach(payment(std::to_string(number))).created); },
            [this] {
              EXPECT_FALSE(witness->in_group());
              ++answered;
            }};
  }

  net::asio::io_context desk_thread{1};
  DeskQueue queue{desk_thread.get_executor(), {std::chrono::hours(1), 128}};
  std::atomic<int> answered = 0;
};

TEST_F(Queue, WhatHasQueuedBecomesOneCommit) {
  for (int i = 0; i < 10; ++i)
    queue.post(opening(i));
  run();
  EXPECT_EQ(answered, 10);
  EXPECT_EQ(written.size(), 10U);
  EXPECT_EQ(witness->commits, 1);
}

TEST_F(Queue, OneThatIsAloneGoesAtOnce) {
  queue.post(opening(1));
  run();
  EXPECT_EQ(answered, 1);
  queue.post(opening(2));
  run();
  EXPECT_EQ(answered, 2);
  EXPECT_EQ(witness->commits, 2);
}

TEST_F(Queue, MoreThanAGroupTakesIsAllCarriedOut) {
  for (int i = 0; i < 300; ++i)
    queue.post(opening(i));
  run();
  EXPECT_EQ(answered, 300);
  EXPECT_EQ(witness->commits, 3) << "a group is bounded";
}

TEST_F(Queue, EveryThreadHearsOfItsOwn) {
  auto kept = net::asio::make_work_guard(desk_thread);
  std::thread desk_runs([this] { desk_thread.run(); });
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([this, t] {
      for (int i = 0; i < 20; ++i) {
        std::promise<std::string> agreed;
        const std::string key = std::to_string(t) + "-" + std::to_string(i);
        std::string opened;
        queue.post({[&] { opened = desk->attach(payment(key), [](HoldPtr) {})->hold->call.match_key; },
                    [&] { agreed.set_value(opened); }});
        EXPECT_EQ(agreed.get_future().get(), key);
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  kept.reset();
  desk_runs.join();
  EXPECT_EQ(written.size(), 80U);
  EXPECT_LE(witness->commits, 80);
}

net::task<void> vote_twice(DeskQueue* queue, Desk* desk, VoteRequest ballot, net::Loop* loop,
                           std::vector<bool>* taken) {
  for (int i = 0; i < 2; ++i) {
    auto vote = [desk, ballot] { return desk->vote(ballot); };
    const Result<HoldPtr> voted = co_await ask(queue, std::move(vote));
    taken->push_back(voted.has_value());
  }
  loop->stop();
}

TEST_F(Queue, WhoAsksGoesOnOnItsOwnLoopWithTheResult) {
  const Attached held = attach(payment());
  auto kept = net::asio::make_work_guard(desk_thread);
  std::thread desk_runs([this] { desk_thread.run(); });
  net::Loop loop(0);
  net::TaskGroup tasks(&loop);
  std::vector<bool> taken;
  tasks.spawn(vote_twice(&queue, desk.get(), ballot(held.hold->id, "alice"), &loop, &taken));
  loop.run();
  kept.reset();
  desk_runs.join();
  EXPECT_THAT(taken, ::testing::ElementsAre(true, false));
}

}  // namespace
}  // namespace holdfast::approvals::test
