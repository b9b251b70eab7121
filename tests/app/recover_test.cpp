// A start after a crash, over a real log and a real store: of every released call both say the same ending.
#include "app/recover.hpp"

#include <sqlite3.h>

#include "app/appending.hpp"
#include "app/policy_manifest.hpp"
#include "core/id.hpp"
#include "core/json.hpp"
#include "crypto/encoding.hpp"
#include "crypto/hmac.hpp"
#include "receipts/verify.hpp"
#include "tests/approvals/desk_house.hpp"

namespace holdfast::app {
namespace {

using approvals::Attached;
using approvals::HeldCall;
using approvals::Hold;
using approvals::HoldPtr;
using approvals::Status;
using approvals::StoredResponse;

constexpr const char* kNonce = "nonce-that-nobody-sees";

class Recovery : public approvals::test::House {
 protected:
  void SetUp() override {
    House::SetUp();
    open_log();
    const std::string roster = roster_text(options);
    const auto digest = log->keep_blob(roster);
    ASSERT_TRUE(digest);
    ASSERT_TRUE(
        append_and_wait(log.get(), "roster", json::ObjectText().set("id", id()).set("digest", *digest)));
  }

  void open_log() {
    receipts::Options where;
    where.data_dir = directory.path();
    where.segment_bytes = 256 * 1024;
    auto opened = receipts::Log::open(where, &clock);
    ASSERT_TRUE(opened) << opened.error().detail;
    log = std::move(*opened);
    desk->note_log([this] { return log->checkpoint(); });
  }

  // The process ends, and the next one begins.
  Result<void> start_again() {
    log.reset();
    restart();
    open_log();
    return recover(directory.path(), log.get(), desk.get(), options, clock);
  }

  std::string id() { return make_uuid7(clock.wall()).str(); }

  HeldCall a_call() {
    HeldCall call = approvals::test::payment(id());
    call.call_id = id();
    call.receipt_id = id();
    call.protocol = "http";
    call.nonce = kNonce;
    return call;
  }

  json::ObjectText entry_of(const Hold& hold) {
    json::ObjectText members;
    members.set("id", id()).set("call", hold.call.call_id).set("hold", hold.id);
    members.set("agent", json::ObjectText().set("id", hold.call.agent).set("auth", "token"));
    members.set("request", json::ObjectText().set("digest", hold.call.digest).set("tool", hold.call.tool));
    members.set("decision", json::ObjectText().set("effect", "escalate").set("rule", hold.call.rule));
    members.set_raw("approvals", R"([{"act":"approve","alg":"token","group":"lead","kid":"bob","level":0}])");
    return members;
  }

  // Approved, released, and in the log: its bytes may leave.
  HoldPtr authorized(const HeldCall& call) {
    const Attached attached = running(call);
    const HoldPtr hold = desk->find(attached.hold->id);
    json::ObjectText members = entry_of(*hold);
    members.set_raw("plan", R"({"from":["lead"],"name":"default","require":1})");
    EXPECT_TRUE(append_and_wait(log.get(), "authorize", members));
    return hold;
  }

  // The outcome of the one receipt of this hold's call.
  std::string outcome(const HoldPtr& hold) {
    const auto receipts = log->list(hold->call.call_id, 10, false);
    EXPECT_EQ(receipts->size(), 1U);
    if (receipts->size() != 1) return "";
    const auto document = json::parse(receipts->front().entry, {65'535, 32});
    receipt_id = document->root().find("id")->text();
    return json::to_canonical(*document->root().find("outcome"));
  }

  void expect_whole_log() {
    const std::string vkey = log->vkey();
    const auto report = receipts::verify_log(directory.path(), vkey, "");
    ASSERT_TRUE(report) << report.error().detail;
    EXPECT_THAT(report->failures, testing::IsEmpty());
  }

  std::unique_ptr<receipts::Log> log;
  std::string receipt_id;  // of the one that outcome() has read
};

class EveryEnding : public Recovery, public testing::WithParamInterface<Ending> {};

TEST_P(EveryEnding, ThatTheStoreHasIsThatOfTheReceiptWhichTheLogLost) {
  const HoldPtr hold = authorized(a_call());
  ASSERT_TRUE(desk->finish(hold->id, GetParam(), std::nullopt, false));
  for (int start = 0; start < 2; ++start) {
    const auto recovered = start_again();
    ASSERT_TRUE(recovered) << recovered.error().detail;
    EXPECT_EQ(outcome(hold), R"({"recovered":true,"state":")" + std::string(to_string(GetParam())) + R"("})");
    EXPECT_EQ(receipt_id, hold->call.receipt_id) << "the one that the answer named";
    EXPECT_EQ(desk->find(hold->id)->ending, GetParam());
    expect_whole_log();
  }
}

INSTANTIATE_TEST_SUITE_P(OfAReleasedCall, EveryEnding,
                         testing::Values(Ending::succeeded, Ending::upstream_failed, Ending::outcome_unknown,
                                         Ending::halted, Ending::policy_changed, Ending::permitted,
                                         Ending::failed),
                         [](const auto& ending) { return std::string(to_string(ending.param)); });

TEST_F(Recovery, WithoutAnEndingAnywhereTheOutcomeIsUnknownInBoth) {
  const HoldPtr hold = authorized(a_call());
  ASSERT_TRUE(start_again());
  EXPECT_EQ(outcome(hold), R"({"recovered":true,"state":"outcome_unknown"})");
  EXPECT_EQ(receipt_id, hold->call.receipt_id);
  EXPECT_EQ(desk->find(hold->id)->ending, Ending::outcome_unknown);
  expect_whole_log();
}

TEST_F(Recovery, WithoutAnEndingInTheStoreItIsThatOfTheReceipt) {
  const HoldPtr hold = authorized(a_call());
  const auto open = log->list(hold->call.call_id, 1, true);
  json::ObjectText members = entry_of(*hold);
  members.set("outcome", json::ObjectText().set("state", "upstream_failed"));
  const auto leaf = crypto::sha256(std::string(1, '\0') + open->front().entry);
  members.set("prev", json::ObjectText()
                          .set("index", open->front().index)
                          .set("hash", crypto::to_hex(crypto::bytes_of(leaf))));
  ASSERT_TRUE(append_and_wait(log.get(), "receipt", members));
  ASSERT_TRUE(start_again());
  EXPECT_EQ(outcome(hold), R"({"state":"upstream_failed"})");
  EXPECT_EQ(desk->find(hold->id)->ending, Ending::upstream_failed);
  expect_whole_log();
}

TEST_F(Recovery, AKeptAnswerGivesTheReceiptItsStatusAndItsFingerprint) {
  const HoldPtr hold = authorized(a_call());
  const StoredResponse answer{201, {{"Content-Type", "text/plain"}}, "paid", true, {}};
  ASSERT_TRUE(desk->finish(hold->id, Ending::succeeded, answer, true));
  ASSERT_TRUE(start_again());
  const auto mac = crypto::hmac_sha256(kNonce, "paid");
  EXPECT_EQ(outcome(hold), R"({"recovered":true,"response":")" + crypto::to_hex(crypto::bytes_of(mac)) +
                               R"(","state":"succeeded","status":201})");
  expect_whole_log();
}

TEST_F(Recovery, AnAnswerThatWasTooLargeToKeepGivesItsStatusOnly) {
  options.result_max = 3;
  desk->set_options(options);
  const HoldPtr hold = authorized(a_call());
  ASSERT_TRUE(desk->finish(hold->id, Ending::succeeded, StoredResponse{201, {}, "paid", true, {}}, true));
  ASSERT_TRUE(start_again());
  EXPECT_EQ(outcome(hold), R"({"recovered":true,"state":"succeeded","status":201})");
}

// What is kept of an MCP reply is the message, under a status of ours: neither is what came back.
TEST_F(Recovery, AKeptMessageGivesNeither) {
  HeldCall call = a_call();
  call.protocol = "mcp";
  const HoldPtr hold = authorized(call);
  ASSERT_TRUE(desk->finish(hold->id, Ending::succeeded, approvals::test::answer(), true));
  ASSERT_TRUE(start_again());
  EXPECT_EQ(outcome(hold), R"({"recovered":true,"state":"succeeded"})");
}

TEST_F(Recovery, AHoldOfAnotherCallSaysNothing) {
  HeldCall call = a_call();
  const HoldPtr hold = authorized(call);
  ASSERT_TRUE(desk->finish(hold->id, Ending::succeeded, std::nullopt, false));
  Hold other = *hold;
  other.call.call_id = id();
  other.call.receipt_id = id();
  json::ObjectText members = entry_of(other);
  members.set_raw("plan", R"({"from":["lead"],"name":"default","require":1})");
  ASSERT_TRUE(append_and_wait(log.get(), "authorize", members));
  ASSERT_TRUE(start_again());
  EXPECT_EQ(outcome(std::make_shared<const Hold>(other)), R"({"recovered":true,"state":"outcome_unknown"})");
  EXPECT_EQ(outcome(hold), R"({"recovered":true,"state":"succeeded"})");
  expect_whole_log();
}

// The approval lapsed in a store that was restored from a backup: nobody knows from that what was sent.
TEST_F(Recovery, AnEndingWithoutAReleaseSaysNothing) {
  const HeldCall call = a_call();
  const Attached attached = attach(call);
  ASSERT_TRUE(approve(attached.hold->id, "bob"));
  const HoldPtr hold = desk->find(attached.hold->id);
  json::ObjectText members = entry_of(*hold);
  members.set_raw("plan", R"({"from":["lead"],"name":"default","require":1})");
  ASSERT_TRUE(append_and_wait(log.get(), "authorize", members));
  ASSERT_TRUE(desk->end(hold->id, Status::cancelled, ""));
  ASSERT_TRUE(start_again());
  EXPECT_EQ(outcome(hold), R"({"recovered":true,"state":"outcome_unknown"})");
  expect_whole_log();
}

TEST_F(Recovery, WithAStoreThatCannotBeReadNothingIsWritten) {
  const HoldPtr hold = authorized(a_call());
  ASSERT_TRUE(desk->finish(hold->id, Ending::succeeded, std::nullopt, false));
  desk.reset();
  sqlite3* db = nullptr;
  ASSERT_EQ(sqlite3_open((directory.path() / "approvals.db").c_str(), &db), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(db, "UPDATE holds SET ending = 'nobody knows this one'", nullptr, nullptr, nullptr),
            SQLITE_OK);
  sqlite3_close(db);
  const auto recovered = start_again();
  ASSERT_FALSE(recovered);
  EXPECT_EQ(recovered.error().code, Code::corrupt) << recovered.error().detail;
  EXPECT_THAT(*log->list(hold->call.call_id, 10, false), testing::IsEmpty());
}

}  // namespace
}  // namespace holdfast::app
