#include "net/turn.hpp"

#include <gtest/gtest.h>

#include <boost/asio/post.hpp>
#include <memory>
#include <string>

#include "net/awaited.hpp"
#include "tests/net/loop_thread.hpp"

namespace holdfast::net {
namespace {

using test::LoopThread;

// What happened on the loop, in order.
struct Story {
  Loop* loop;
  std::string text;
  bool over = false;
};

task<void> wait_and_say(Story* story, char name) {
  co_await story->loop->turn().end();
  story->text += name;
}

// Stays ready as long as the story lasts.
task<void> run_for_ever(Story* story) {
  while (!story->over) {
    co_await asio::post(story->loop->executor(), kAwaited);
    story->text += '.';
  }
}

task<void> tell(Story* story) {
  TaskGroup group(story->loop);
  group.spawn(wait_and_say(story, 'a'));
  group.spawn(wait_and_say(story, 'b'));
  asio::post(story->loop->executor(), [story] { story->text += '1'; });
  asio::post(story->loop->executor(), [story] { story->text += '2'; });
  co_await group.wait();
}

TEST(Turn, WhoWaitsGoesOnInOrderBehindWhatIsReady) {
  LoopThread thread;
  Story story{thread.loop(), {}};
  thread.run(tell(&story));
  EXPECT_EQ(story.text, "12ab");
}

task<void> come_late(Story* story) {
  co_await asio::post(story->loop->executor(), kAwaited);
  story->text += '1';
  co_await story->loop->turn().end();
  story->text += 'c';
}

task<void> tell_of_one_more(Story* story) {
  TaskGroup group(story->loop);
  group.spawn(wait_and_say(story, 'a'));
  group.spawn(wait_and_say(story, 'b'));
  group.spawn(come_late(story));
  co_await group.wait();
}

TEST(Turn, OneThatARoundBringsGoesAlong) {
  LoopThread thread;
  Story story{thread.loop(), {}};
  thread.run(tell_of_one_more(&story));
  EXPECT_EQ(story.text, "1abc");
}

task<void> wait_twice(Story* story, char name) {
  co_await wait_and_say(story, name);
  co_await wait_and_say(story, static_cast<char>(name - 'a' + 'A'));
}

task<void> tell_twice(Story* story) {
  TaskGroup group(story->loop);
  group.spawn(wait_twice(story, 'a'));
  group.spawn(wait_twice(story, 'b'));
  co_await group.wait();
}

TEST(Turn, WhoWaitsAgainGoesOnWithTheNext) {
  LoopThread thread;
  Story story{thread.loop(), {}};
  thread.run(tell_twice(&story));
  EXPECT_EQ(story.text, "abAB");
}

constexpr std::size_t kLong = 10 * Turn::kMost;

// Each brings the next one along in the round that follows.
task<void> multiply(TaskGroup* group, Story* story) {
  co_await asio::post(story->loop->executor(), kAwaited);
  if (!story->over && story->text.size() < kLong) group->spawn(multiply(group, story));
  co_await story->loop->turn().end();
}

task<void> tell_of_a_crowd(Story* story) {
  TaskGroup group(story->loop);
  group.spawn(run_for_ever(story));
  group.spawn(multiply(&group, story));
  co_await story->loop->turn().end();
  story->text += 'a';
  story->over = true;
  co_await group.wait();
}

TEST(Turn, NeitherWhatIsAlwaysReadyNorACrowdWithoutEndHoldsItUp) {
  LoopThread thread;
  Story story{thread.loop(), {}};
  thread.run(tell_of_a_crowd(&story));
  EXPECT_LT(story.text.find('a'), kLong / 2);
}

TEST(Turn, WhoStillWaitsWhenTheLoopGoesIsDestroyedWithIt) {
  auto held = std::make_shared<int>();
  {
    Loop loop(0);
    auto end = loop.turn().end();
    std::move(end)([held] {});
    EXPECT_EQ(held.use_count(), 2);
  }
  EXPECT_EQ(held.use_count(), 1);
}

}  // namespace
}  // namespace holdfast::net
