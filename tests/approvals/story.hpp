// One hold and everything that can happen around it, in any order, over the real desk and a real SQLite file.
// The part of the proxy and of the boot is played here as app/recover and proxy/release do it; what the
// outside world sees of it is counted.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "approvals/plan.hpp"
#include "tests/approvals/desk_house.hpp"
#include "tests/approvals/happening.hpp"

namespace holdfast::approvals::test {

// All that the future depends on, in words.
using Standpoint = std::string;

class Story : public WitnessedHouse {
 protected:
  // In memory where there is such a place: what a sync costs is not the question here.
  Story()
      : WitnessedHouse(std::filesystem::exists("/dev/shm") ? "/dev/shm"
                                                           : std::filesystem::temp_directory_path()) {}

  void SetUp() override {
    WitnessedHouse::SetUp();
    notices.look = [this](Event, const Hold& hold) {
      const bool durable = std::any_of(written.begin(), written.end(), [&](const Hold& row) {
        return row.id == hold.id && row.version == hold.version && row.status == hold.status;
      });
      EXPECT_TRUE((durable || hold.id == other) && !witness->in_group())
          << "somebody was told before it was on disk";
    };
  }

  // A file that grows makes every restart slower.
  void forget_everything() {
    desk.reset();
    for (const auto& file : std::filesystem::directory_iterator(directory.path()))
      std::filesystem::remove_all(file);
    open();
  }

  // A new hold with a client that waits, of an agent of its own.
  void begin() {
    if (stories % 300 == 299) forget_everything();
    written.clear();
    told.clear();
    notices.all.clear();
    options = house_options();
    desk->set_options(options);
    resume();
    call = payment("key", "two");
    call.agent = fmt::format("bot-{}", ++stories);
    watch = sends = releases = 0;
    claimed = running = authorized = denied = over = false;
    clock.advance(Milliseconds(1));
    const Attached attached = attach(call);
    id = attached.hold->id;
    watch = attached.watch;
  }

  Hold now() const { return written.back(); }
  bool late() const {
    const WallTime until =
        now().status == Status::pending ? now().expires_at : now().redeem_until.value_or(WallTime{});
    return !now().ended() && now().status != Status::released && clock.wall() >= until;
  }
  bool halted() const { return desk->halts().halted(); }
  bool on_roster(const std::string& who) const { return find_approver(options.approvers, who) != nullptr; }
  void vote(const std::string& who, Act act) {
    const bool may = now().status == Status::pending && !late() && !has_voted(now(), who) && on_roster(who);
    const auto done = desk->vote(ballot(id, who, act));
    EXPECT_EQ(done.has_value(), may);
    if (done) return;
    const Code refusal = now().status == Status::expired ? Code::gone : Code::conflict;
    EXPECT_EQ(done.error().code, on_roster(who) ? refusal : Code::forbidden) << done.error().detail;
  }

  void leave(bool cancelled) {
    if (watch != 0) desk->detach(id, watch, cancelled);
    watch = 0;
  }

  // The same agent asks again: it takes up the hold, or, when that is over, there is another one.
  void come_back() {
    if (watch != 0) return;
    const auto attached = desk->attach(call, [](HoldPtr) {});
    if (!attached) {
      EXPECT_TRUE(attached.error().code == Code::halted && halted() && now().ended());
      return;
    }
    if (attached->hold->id == id) {
      watch = attached->watch;
      EXPECT_TRUE(watch != 0 || now().ended());
      return;
    }
    EXPECT_TRUE(attached->created && !halted());
    other = attached->hold->id;
    std::erase_if(written, [&](const Hold& row) { return row.id == other; });
    EXPECT_TRUE(now().ended()) << "a call that lives was opened twice";
    EXPECT_TRUE(desk->end(other, Status::cancelled, ""));
    std::erase_if(written, [&](const Hold& row) { return row.id == other; });
    std::erase_if(notices.all, [&](const Notice& notice) { return notice.hold->id == other; });
    over = true;
  }

  void try_to_release() {
    const Hold before = now();
    const bool may = before.status == Status::approved && !late() && watch != 0 &&
                     approvals_on(now(), options) >= 2 && !halted();
    if (denied && watch != 0 && before.status == Status::approved) {
      const bool in_time = !late();
      EXPECT_EQ(desk->end(id, Status::policy_changed, "").has_value(), in_time);
      return;
    }
    const auto released = desk->release(id, before.version);
    EXPECT_EQ(released.has_value(), may) << (released ? "" : released.error().detail);
    if (!released) return;
    ++releases;
    claimed = true;
  }

  // What the log knows decides (app/recover).
  void recover() {
    const bool was_halted = halted();
    desk.reset();
    watch = 0;
    claimed = running = false;
    open();
    EXPECT_EQ(halted(), was_halted);
    for (const std::string& living : desk->without_ending()) {
      ASSERT_EQ(living, id);
      if (authorized) {
        ASSERT_EQ(status(id), Status::released);
        EXPECT_TRUE(desk->finish(id, Ending::outcome_unknown, std::nullopt, false));
      } else if (status(id) == Status::released) {
        EXPECT_TRUE(desk->unrelease(id));
        --releases;
      }
    }
  }

  void let(Happening what) {
    switch (what) {
      case Happening::alice_approves:
        return vote("alice", Act::approve);
      case Happening::bob_approves:
        return vote("bob", Act::approve);
      case Happening::bob_rejects:
        return vote("bob", Act::reject);
      case Happening::time_runs_out:
        if (now().ended() || now().status == Status::released || late()) return;
        clock.advance(now().status == Status::pending ? now().expires_at - clock.wall()
                                                      : *now().redeem_until - clock.wall());
        return;
      case Happening::tick:
        desk->tick();
        return;
      case Happening::client_leaves:
        return leave(false);
      case Happening::client_cancels:
        return leave(true);
      case Happening::client_returns:
        return come_back();
      case Happening::admin_cancels:
        return cancel();
      case Happening::policy_denies:
        denied = true;
        return;
      case Happening::alice_is_removed:
        std::erase_if(options.approvers, [](const Approver& a) { return a.id == "alice"; });
        desk->set_options(options);
        return;
      case Happening::restart:
        return recover();
      case Happening::release:
        return try_to_release();
      case Happening::undo:
        if (claimed) EXPECT_TRUE(desk->unrelease(id));
        releases -= claimed ? 1 : 0;
        claimed = false;
        return;
      case Happening::send:
        sends += claimed ? 1 : 0;
        authorized = authorized || claimed;
        running = running || claimed;
        claimed = false;
        return;
      case Happening::answer:
        if (running) EXPECT_TRUE(desk->finish(id, Ending::succeeded, std::nullopt, false));
        running = false;
        return;
      case Happening::halt:
        EXPECT_TRUE(desk->halt({"alice", "token", ""}));
        EXPECT_TRUE(halted());
        return;
      case Happening::resume:
        return resume();
    }
  }

  void cancel() {
    const bool may = !now().ended() && now().status != Status::released && !late();
    EXPECT_EQ(desk->end(id, Status::cancelled, "").has_value(), may);
  }

  void resume() {
    EXPECT_TRUE(desk->resume({"root", "token", ""}));
    const auto turns = desk->unrecorded_turns();
    ASSERT_TRUE(turns);
    for (const HaltTurn& turn : *turns)
      desk->turn_recorded(turn.id);
    EXPECT_FALSE(halted());
  }

  Standpoint standpoint() const {
    const Hold hold = now();
    std::set<std::string> votes;
    for (const Vote& vote : hold.votes)
      votes.insert(vote.approver + (vote.act == Act::approve ? "+" : "-"));
    const auto left = [&](std::optional<WallTime> until) {
      return until ? (*until - clock.wall()).count() : -1;
    };
    return fmt::format("{}{}{}{} {} {} {} {} {}{}{}{}{}{}{} {}{}", approvals::to_string(hold.status),
                       hold.detached, hold.client_cancelled, resolution(hold), fmt::join(votes, ","),
                       hold.ended() ? 0 : left(hold.expires_at), hold.ended() ? 0 : left(hold.redeem_until),
                       on_roster("alice"), watch != 0, claimed, running, authorized, denied, over, halted(),
                       releases, sends);
  }

  // Only what became durable counts, whatever this process believes.
  void check() {
    std::size_t endings = 0;
    for (std::size_t i = 1; i < written.size(); ++i) {
      ASSERT_EQ(written[i].version, written[i - 1].version + 1);
      ASSERT_FALSE(written[i - 1].ended()) << "written over after its ending " << resolution(written[i - 1]);
      ASSERT_TRUE(is_drawn(written[i - 1].status, written[i].status));
      endings += written[i].ended() ? 1 : 0;
    }
    ASSERT_LE(endings, 1U);
    ASSERT_LE(releases, 1);
    ASSERT_LE(sends, 1);
    ASSERT_EQ(desk->find(id)->status, now().status);
    ASSERT_EQ(std::count_if(notices.all.begin(), notices.all.end(),
                            [this](const Notice& n) { return n.hold->id == id && n.hold->ended(); }),
              static_cast<std::ptrdiff_t>(endings))
        << "an ending is announced once";
  }

  // Whatever happened: time ends it, once, and afterwards nobody decides anything.
  void drain() {
    if (claimed) let(Happening::send);
    let(Happening::answer);
    for (int i = 0; i < 2; ++i) {
      let(Happening::time_runs_out);
      let(Happening::tick);
    }
    ASSERT_NO_FATAL_FAILURE(check());
    ASSERT_TRUE(now().ended());
    ASSERT_EQ(sends == 1, now().status == Status::released) << "what ran is released, and nothing else is";
    const auto vote = desk->vote(ballot(id, "carol"));
    ASSERT_FALSE(vote);
    ASSERT_EQ(vote.error().code, now().status == Status::expired ? Code::gone : Code::conflict);
    ASSERT_FALSE(desk->release(id, now().version));
    ASSERT_EQ(desk->without_ending().size(), 0U);
  }

  HeldCall call;
  std::string id;
  std::string other;  // opened after its ending, of which no account is kept
  std::uint64_t watch = 0;
  int stories = 0, sends = 0, releases = 0;
  bool claimed = false, running = false, authorized = false, denied = false, over = false;
};

}  // namespace holdfast::approvals::test
