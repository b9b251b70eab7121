// The kill switch over HTTP (04-approvals: anyone may halt, only an admin resumes), with a log whose disk can
// fail.
#include <gmock/gmock.h>

#include <vector>

#include "tests/approvals/full_disk.hpp"
#include "tests/control/control_plane.hpp"
#include "tests/control/failed_log.hpp"

namespace holdfast::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Halting : public ControlPlane {
 protected:
  Answer turn(std::string_view what, std::string_view token, std::string_view body = "{}") const {
    return post(what, bearer(token), body);
  }
  // The acts of the `halt` entries, oldest first.
  std::vector<std::string> recorded() const {
    const auto entries = log_->list("", 100, true);
    EXPECT_TRUE(entries);
    std::vector<std::string> acts;
    for (auto stored = entries->rbegin(); stored != entries->rend(); ++stored) {
      if (member(stored->entry, "kind") == "\"halt\"") acts.push_back(member(stored->entry, "act"));
    }
    return acts;
  }
  bool halted() { return desk_->halts().halted(); }
};

TEST_F(Halting, EveryCredentialHaltsAndTheEntryNamesIt) {
  for (const auto& [token, id] :
       {std::pair{kAliceToken, "alice"}, {kAuditorToken, "audrey"}, {kAdminToken, "root"}}) {
    const Answer answer = turn("/v1/halt", token, R"({"reason":"smoke"})");
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(member(answer.body, "halted"), "true");
    EXPECT_EQ(member(answer.body, "by"), json::quoted(id));
    EXPECT_EQ(member(answer.body, "reason"), "\"smoke\"");
    EXPECT_TRUE(halted());
    EXPECT_EQ(turn("/v1/resume", kAdminToken).status, 200);
    EXPECT_FALSE(halted());
  }
  EXPECT_EQ(recorded().size(), 6u);
}

TEST_F(Halting, OnlyAnAdminResumes) {
  turn("/v1/halt", kAliceToken);
  for (const std::string_view token : {kAliceToken, kAuditorToken, kMalloryToken}) {
    const Answer refused = turn("/v1/resume", token);
    EXPECT_EQ(refused.status, 403);
    EXPECT_THAT(refused.body, HasSubstr("only an admin"));
    EXPECT_TRUE(halted());
  }
  EXPECT_EQ(turn("/v1/resume", "nobody-token-0123456789").status, 401);
  EXPECT_TRUE(halted());
  EXPECT_THAT(recorded(), ElementsAre("\"halt\""));
}

TEST_F(Halting, NobodyHaltsWithoutACredential) {
  EXPECT_EQ(post("/v1/halt", "", "{}").status, 401);
  EXPECT_EQ(get("/v1/halt", bearer(kAliceToken)).status, 405);
  EXPECT_FALSE(halted());
}

TEST_F(Halting, ABodyThatCannotBeReadCostsTheReasonAndNotTheHalt) {
  const std::string long_reason = R"({"reason":")" + std::string(1025, 'x') + "\"}";
  for (const std::string& body :
       {std::string("{"), std::string(R"({"why":"x"})"), long_reason, std::string()}) {
    EXPECT_EQ(member(turn("/v1/halt", kAliceToken, body).body, "halted"), "true") << body;
    EXPECT_EQ(turn("/v1/resume", kAdminToken, "{}").status, 200);
  }
  turn("/v1/halt", kAliceToken);
  EXPECT_EQ(turn("/v1/resume", kAdminToken, "{").status, 400);
  EXPECT_TRUE(halted());
}

TEST_F(Halting, ItIsAnsweredOnlyWhenEveryLoopHasPassedTheFence) {
  std::string seen;
  fence_ = [&](std::function<void()> passed) {
    seen = halted() ? "thrown before" : "not thrown";
    passed();
  };
  EXPECT_EQ(turn("/v1/halt", kAliceToken).status, 200);
  EXPECT_EQ(seen, "thrown before");
  EXPECT_EQ(lifted_, 0);
  EXPECT_EQ(turn("/v1/resume", kAdminToken).status, 200);
  EXPECT_EQ(lifted_, 1);
}

TEST_F(Halting, OfManyTurnsNoneIsRememberedThatTheStoreHasNoted) {
  for (int i = 0; i < 20; ++i) {
    for (const char* what : {"/v1/halt", "/v1/resume"}) {
      EXPECT_EQ(turn(what, kAdminToken).status, 200);
      EXPECT_EQ(on_desk([this](approvals::Desk&) { return kill_switch_->remembered(); }), 1u);
    }
  }
  EXPECT_EQ(recorded().size(), 40u);
}

TEST_F(Halting, AuditorsAndAdminsSeeEveryHoldAndVoteOnNone) {
  const std::string id = hold("guests")->id;  // alice is not on this plan
  EXPECT_EQ(get("/v1/approvals/" + id, bearer(kAliceToken)).status, 404);
  for (const std::string_view token : {kAuditorToken, kAdminToken}) {
    EXPECT_EQ(get("/v1/approvals/" + id, bearer(token)).status, 200);
    EXPECT_THAT(get("/v1/approvals", bearer(token)).body, HasSubstr(id));
    const Answer vote = post("/v1/approvals/" + id + "/reject", bearer(token), R"({"reason":"no"})");
    EXPECT_EQ(vote.status, 403);
    EXPECT_THAT(vote.body, HasSubstr("only an approver votes"));
  }
}

class HaltingWithAFailedLog : public Halting {
 protected:
  receipts::Log* served_log() override { return &failed_; }

 private:
  FailedLog failed_{log_.get()};
};

TEST_F(HaltingWithAFailedLog, ItIsHaltedAllTheSameAndSaysWhatIsMissing) {
  const Answer answer = turn("/v1/halt", kAliceToken);
  EXPECT_EQ(answer.status, 503);
  EXPECT_THAT(answer.body, HasSubstr("everything is halted, but the receipt log did not take it"));
  EXPECT_TRUE(halted());
  EXPECT_TRUE(on_desk([](approvals::Desk& desk) { return desk.newest_turn()->halted; }))
      << "and it is on disk";
}

TEST_F(HaltingWithAFailedLog, AResumeThatTheLogDoesNotTakeLiftsNothing) {
  turn("/v1/halt", kAliceToken);
  const Answer answer = turn("/v1/resume", kAdminToken);
  EXPECT_EQ(answer.status, 503);
  EXPECT_THAT(answer.body, HasSubstr("still halted"));
  EXPECT_TRUE(halted());
  EXPECT_EQ(lifted_, 0);
}

// Takes entries and says nothing of them until it is told to.
class SilentLog final : public FailedLog {
 public:
  using FailedLog::FailedLog;
  using Done = std::function<void(Result<receipts::Appended>)>;

  void append(std::string, const receipts::EntryText& members, Done done) override {
    const std::string text = "{" + std::string(members.text()) + "\"end\":0}";
    const std::scoped_lock lock(mutex_);
    taken_.emplace_back(member(text, "act"), std::move(done));
  }
  // The acts that were ever handed over.
  std::vector<std::string> acts() {
    const std::scoped_lock lock(mutex_);
    std::vector<std::string> acts;
    for (const auto& [act, done] : taken_)
      acts.push_back(act);
    return acts;
  }
  void answer_newest(const Result<receipts::Appended>& result) {
    Done done;
    {
      const std::scoped_lock lock(mutex_);
      done = taken_.back().second;
    }
    done(result);
  }

 private:
  std::mutex mutex_;
  std::vector<std::pair<std::string, Done>> taken_;
};

class HaltingWithASilentLog : public Halting {
 protected:
  receipts::Log* served_log() override { return &silent_; }

  void signal() {
    kill_switch_->halt_now({"", "signal", ""});
    let_desk_work();
  }
  void answer(const Result<receipts::Appended>& result) {
    silent_.answer_newest(result);
    let_desk_work();
  }
  void let_desk_work() {
    on_desk([](approvals::Desk&) { return 0; });
  }
  // A resume nobody waits for here; its answer is awaited by the destructor.
  void resume() {
    const std::size_t before = silent_.acts().size();
    waiting_.push_back(std::async(std::launch::async, [this] { return turn("/v1/resume", kAdminToken); }));
    while (silent_.acts().size() == before)
      let_desk_work();
  }

  SilentLog silent_{log_.get()};
  std::vector<std::future<Answer>> waiting_;
};

TEST_F(HaltingWithASilentLog, AHaltBehindAResumeIsNotInTheLogBeforeIt) {
  signal();
  answer(receipts::Appended{});
  resume();
  signal();
  EXPECT_THAT(silent_.acts(), ElementsAre("\"halt\"", "\"resume\""))
      << "the second halt waits for the resume";
  answer(fail(Code::unavailable, "the disk is full"));
  EXPECT_EQ(waiting_.front().get().status, 503);
  EXPECT_THAT(silent_.acts(), ElementsAre("\"halt\"", "\"resume\"")) << "and is not there without it";
  EXPECT_TRUE(halted());

  signal();  // the next one brings both along
  EXPECT_EQ(silent_.acts().size(), 3u);
  answer(receipts::Appended{});
  EXPECT_TRUE(halted()) << "that resume is not the newest turn";
  EXPECT_THAT(silent_.acts(), ElementsAre("\"halt\"", "\"resume\"", "\"resume\"", "\"halt\""));
  answer(receipts::Appended{});
  EXPECT_TRUE(halted());
  EXPECT_EQ(lifted_, 0);
  EXPECT_THAT(on_desk([](approvals::Desk& desk) { return desk.unrecorded_turns().value().size(); }), 0u);
}

TEST_F(HaltingWithASilentLog, ATurnThatIsInTheLogAndThatTheStoreCouldNotNoteIsNotRecordedAgain) {
  signal();
  {
    const approvals::test::FullDisk full;
    answer(receipts::Appended{});
  }
  ASSERT_EQ(on_desk([](approvals::Desk& desk) { return desk.unrecorded_turns().value().size(); }), 1u);
  signal();
  EXPECT_THAT(silent_.acts(), ElementsAre("\"halt\""));
}

}  // namespace
}  // namespace holdfast::test
