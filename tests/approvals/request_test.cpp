// The stored requests of asynchronous calls: there with the hold, sealed, gone with its ending.
#include <functional>

#include "approvals/sqlite.hpp"
#include "tests/approvals/desk_house.hpp"

namespace holdfast::approvals::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::string kRequest = "POST /v1/send with a secret";

class Requests : public House {
 protected:
  Requests() { options.cooldown = std::chrono::minutes(15); }
  void SetUp() override { reopen('k'); }

  static crypto::SealKey key(char fill) { return crypto::SealKey::from_seed(Secret(std::string(32, fill))); }
  void reopen(char fill) {
    desk.reset();
    auto opened = Desk::open(store(), options, &notices, &clock, key(fill));
    ASSERT_TRUE(opened) << opened.error().detail;
    desk = std::move(*opened);
  }
  Result<void> opens(std::optional<crypto::SealKey> with) {
    desk.reset();
    auto opened = Desk::open(store(), options, &notices, &clock, std::move(with));
    if (!opened) return fail(opened.error());
    return {};
  }
  Attached ask(bool asynchronous, const std::string& request = kRequest) {
    HeldCall call = payment();
    call.asynchronous = asynchronous;
    auto attached = desk->attach(call, [](const HoldPtr&) {}, request);
    EXPECT_TRUE(attached) << attached.error().detail;
    return std::move(*attached);
  }
  std::unique_ptr<ApprovalStore> store() override {
    auto opened = House::store();
    in_store = opened.get();
    return opened;
  }
  [[nodiscard]] std::size_t stored() { return in_store->with_request()->size(); }
  [[nodiscard]] std::string text(const std::string& hold) {
    const auto request = desk->request(hold);
    return request ? *request : request.error().detail;
  }

  ApprovalStore* in_store = nullptr;  // the desk's
};

TEST_F(Requests, OfAnAsynchronousCallIsThereAfterARestart) {
  const std::string id = ask(true).hold->id;
  EXPECT_EQ(text(id), kRequest);
  reopen('k');
  EXPECT_EQ(*in_store->with_request(), std::vector<std::string>{id});
  EXPECT_EQ(text(id), kRequest);
}

TEST_F(Requests, OfACallThatSomebodyWaitsForIsNotStored) {
  const std::string id = ask(false).hold->id;
  EXPECT_EQ(stored(), 0U);
  EXPECT_REFUSED(desk->request(id), Code::not_found, "not stored");
}

TEST_F(Requests, ACallThatBecomesAsynchronousIsStoredThen) {
  const std::string id = ask(false).hold->id;
  EXPECT_EQ(ask(true).hold->id, id);
  EXPECT_EQ(text(id), kRequest);
  EXPECT_EQ(ask(true, "the same once more").hold->id, id);
  EXPECT_EQ(text(id), kRequest);
}

TEST_F(Requests, AreGoneWithTheEnding) {
  const std::pair<const char*, std::function<void(const HoldPtr&)>> kEnds[] = {
      {"rejected", [this](const HoldPtr& hold) { ASSERT_TRUE(reject(hold->id, "bob")); }},
      {"cancelled",
       [this](const HoldPtr& hold) { ASSERT_TRUE(desk->end(hold->id, Status::cancelled, "no more")); }},
      {"succeeded",
       [this](const HoldPtr& hold) {
         const auto approved = approve(hold->id, "bob");
         ASSERT_TRUE(desk->release(hold->id, (*approved)->version));
         EXPECT_EQ(stored(), 1U) << "not before it has ended: it may turn out to be unsent";
         ASSERT_TRUE(desk->finish(hold->id, Ending::succeeded, std::nullopt, false));
       }},
      {"outcome_unknown",
       [this](const HoldPtr& hold) {
         const auto approved = approve(hold->id, "bob");
         ASSERT_TRUE(desk->release(hold->id, (*approved)->version));
         ASSERT_TRUE(desk->finish(hold->id, Ending::outcome_unknown, std::nullopt, false));
       }},
      {"expired",
       [this](const HoldPtr& hold) {
         clock.advance(std::chrono::hours(48));
         desk->tick();
         EXPECT_EQ(desk->find(hold->id)->status, Status::expired);
       }},
  };
  for (const auto& [name, end] : kEnds) {
    const Attached attached = ask(true);
    ASSERT_EQ(stored(), 1U) << name;
    end(attached.hold);
    EXPECT_EQ(stored(), 0U) << name;
    clock.advance(std::chrono::hours(1));  // beyond the cool-down
    desk->tick();
  }
}

TEST_F(Requests, WithoutTheirKeyTheDeskDoesNotOpen) {
  const std::string id = ask(true).hold->id;
  EXPECT_REFUSED(opens(key('o')), Code::corrupt, "keys/store.key");
  EXPECT_REFUSED(opens(std::nullopt), Code::corrupt, "keys/store.key");
  EXPECT_TRUE(opens(key('k')));
}

TEST_F(Requests, AreNotTakenForThoseOfAnotherHold) {
  ask(true);
  HeldCall other = payment();
  other.match_key = "another";
  other.asynchronous = true;
  ASSERT_TRUE(desk->attach(other, [](const HoldPtr&) {}, "another request"));
  desk.reset();
  {
    sqlite3* raw = nullptr;
    ASSERT_EQ(sqlite3_open((directory.path() / "approvals.db").c_str(), &raw), SQLITE_OK);
    const sqlite::Handle db(raw);
    ASSERT_EQ(sqlite3_exec(raw, "UPDATE requests SET sealed=(SELECT max(sealed) FROM requests)", nullptr,
                           nullptr, nullptr),
              SQLITE_OK);
  }
  EXPECT_REFUSED(opens(key('k')), Code::corrupt, "does not open");
}

TEST_F(Requests, OfAHoldThatNeedsNobodyAreRunAtItsApproval) {
  std::vector<std::string> run;
  desk->on_run([&run](const std::string& id) { run.push_back(id); });
  const Attached attached = ask(true);
  const std::string id = attached.hold->id;
  desk->detach(id, attached.watch, false);
  EXPECT_THAT(run, IsEmpty());
  ASSERT_TRUE(approve(id, "bob"));
  EXPECT_THAT(run, ElementsAre(id));
  EXPECT_THAT(desk->to_run(), ElementsAre(id));
  const auto watched = desk->watch(id, [](const HoldPtr&) {});
  ASSERT_TRUE(desk->release(id, watched->hold->version));
  EXPECT_THAT(desk->to_run(), IsEmpty());
  ASSERT_TRUE(desk->unrelease(id));
  EXPECT_THAT(run, ElementsAre(id, id)) << "nothing was sent: once more";
}

TEST_F(Requests, OfAHoldThatIsApprovedWhenItBecomesAsynchronousAreRunThen) {
  std::vector<std::string> run;
  desk->on_run([&run](const std::string& id) { run.push_back(id); });
  const std::string id = ask(false).hold->id;
  ASSERT_TRUE(approve(id, "bob"));
  EXPECT_THAT(run, IsEmpty()) << "whoever waits runs it";
  ask(true);
  EXPECT_THAT(run, ElementsAre(id));
}

TEST_F(Requests, ThatWereApprovedBeforeARestartAreRunAfterIt) {
  const std::string waits = ask(true).hold->id;
  HeldCall other = payment("another");
  other.asynchronous = true;
  const std::string approved = desk->attach(other, [](const HoldPtr&) {}, kRequest)->hold->id;
  ASSERT_TRUE(approve(approved, "bob"));
  reopen('k');
  EXPECT_THAT(desk->to_run(), ElementsAre(approved));
  EXPECT_EQ(status(waits), Status::pending);
}

TEST_F(Requests, OfAHoldThatRunsByItselfCanBeReleasedAfterARestart) {
  const std::string id = ask(true).hold->id;
  reopen('k');
  EXPECT_FALSE(desk->find(id)->detached) << "it needs nobody who waits";
  const auto approved = approve(id, "bob");
  ASSERT_TRUE(approved);
  int told = 0;
  const auto watched = desk->watch(id, [&told](const HoldPtr&) { ++told; });
  ASSERT_TRUE(watched) << watched.error().detail;
  EXPECT_TRUE(desk->release(id, watched->hold->version));
  EXPECT_EQ(told, 1);
  ASSERT_TRUE(desk->finish(id, Ending::succeeded, answer(), false));
  EXPECT_TRUE(desk->find(id)->response) << "its answer is kept for who asks";
  EXPECT_REFUSED(desk->watch(id, [](const HoldPtr&) {}), Code::conflict, "has ended");
  EXPECT_REFUSED(desk->watch("nobody", [](const HoldPtr&) {}), Code::not_found, "no approval");
}

}  // namespace
}  // namespace holdfast::approvals::test
