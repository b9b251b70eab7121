#include <gmock/gmock.h>

#include <future>

#include "core/id.hpp"
#include "receipts/log.hpp"
#include "tests/app/process.hpp"

namespace holdfast::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

// A real log with two receipts in it, written and closed: commands read it with no process running.
class ReceiptsCommand : public testing::Test {
 protected:
  ReceiptsCommand() {
    desk_.write("holdfast.yaml", "version: 1\ndata_dir: ./data\n");
    receipts::Options options;
    options.data_dir = desk_.root / "data";
    auto log = receipts::Log::open(options, &system_clock());
    EXPECT_TRUE(log) << log.error().detail;
    for (int i = 0; i < 2; ++i)
      append(**log);
    vkey_ = (*log)->vkey();
  }

  void append(receipts::Log& log) {
    const std::string digest = "sha256:" + std::string(64, 'a');
    ids_.push_back(make_uuid7(system_clock().wall()).str());
    calls_.push_back(make_uuid7(system_clock().wall()).str());
    json::ObjectText members;
    members.set("id", ids_.back()).set("call", calls_.back());
    members.set("agent", json::ObjectText().set("id", "bot").set("auth", "token"));
    members.set(
        "request",
        json::ObjectText().set("digest", digest).set("bytes", 17).set("tool", "payment.send\xE2\x80\xAE"));
    members.set("decision", json::ObjectText().set("effect", "allow").set("rule", "r").set("policy", digest));
    members.set("outcome",
                json::ObjectText().set("state", "succeeded").set("status", 200).set("sent", digest));
    std::promise<Result<receipts::Appended>> done;
    auto appended = done.get_future();
    log.append("receipt", std::move(members),
               [&done](Result<receipts::Appended> result) { done.set_value(std::move(result)); });
    EXPECT_TRUE(appended.get());
  }

  Desk desk_;
  std::vector<std::string> ids_;
  std::vector<std::string> calls_;
  std::string vkey_;
};

TEST_F(ReceiptsCommand, ListIsNewestFirstAndHidesNothing) {
  const Finished done = desk_.run({"receipts", "list"});
  EXPECT_EQ(done.exit, 0) << done.err;
  EXPECT_THAT(done.out,
              AllOf(StartsWith("INDEX  ID "), HasSubstr("payment.send\\u{202e}"), HasSubstr("succeeded")));
  EXPECT_LT(done.out.find(ids_[1]), done.out.find(ids_[0]));
  const Finished one = desk_.run({"receipts", "list", "--call", calls_[0]});
  EXPECT_THAT(one.out, AllOf(HasSubstr(ids_[0]), Not(HasSubstr(ids_[1]))));
  EXPECT_THAT(desk_.run({"receipts", "list", "--limit", "1"}).out, Not(HasSubstr(ids_[0])));
}

TEST_F(ReceiptsCommand, ListAsJsonIsTheApisShape) {
  const Finished done = desk_.run({"receipts", "list", "--json"});
  EXPECT_THAT(done.out, AllOf(StartsWith("{\"receipts\":[{\"entry\":{"), HasSubstr("\"index\":")));
}

TEST_F(ReceiptsCommand, ShowPrintsEveryMember) {
  const Finished done = desk_.run({"receipts", "show", ids_[0]});
  EXPECT_EQ(done.exit, 0) << done.err;
  EXPECT_THAT(done.out, AllOf(HasSubstr("decision.effect:  allow\n"), HasSubstr(calls_[0]),
                              HasSubstr("outcome.status:   200\n"),
                              HasSubstr("request.tool:     payment.send\\u{202e}\n")));
}

TEST_F(ReceiptsCommand, AnEntryAndItsProofVerifyAnywhereAgainstThePinnedKey) {
  const Finished entry = desk_.run({"receipts", "show", ids_[0], "--entry"});
  const Finished proof = desk_.run({"receipts", "show", ids_[0], "--proof"});
  EXPECT_THAT(entry.out, AllOf(StartsWith("{"), testing::EndsWith("}")));
  EXPECT_THAT(proof.out, StartsWith("c2sp.org/tlog-proof@v1\n"));

  Desk elsewhere;  // no configuration, no data
  elsewhere.write("entry", entry.out);
  elsewhere.write("proof", proof.out);
  std::vector<std::string> words = {"receipts", "verify", "--entry", "entry",
                                    "--proof",  "proof",  "--vkey",  vkey_};
  const Finished good = elsewhere.run(words);
  EXPECT_EQ(good.exit, 0) << good.err;
  EXPECT_THAT(good.out,
              AllOf(StartsWith("key: " + vkey_ + " (given by --vkey)\nverified: receipt " + ids_[0]),
                    HasSubstr("payment.send\\u{202e}")));

  std::string changed = entry.out;
  changed.replace(changed.find("\"bytes\":17"), 10, "\"bytes\":18");
  elsewhere.write("entry", changed);
  const Finished bad = elsewhere.run(words);
  EXPECT_EQ(bad.exit, 1);
  EXPECT_THAT(bad.err, StartsWith("holdfast: NOT verified: inclusion: "));
  EXPECT_THAT(bad.out, Not(HasSubstr("verified:")));
}

TEST_F(ReceiptsCommand, VerifyIsTheWholeLogAndSaysWhichKeyItUsed) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"receipts", "verify"}, {"receipts", "verify", "--all"}}) {
    const Finished done = desk_.run(words);
    EXPECT_EQ(done.exit, 0) << done.err;
    EXPECT_THAT(done.out, AllOf(StartsWith("key: " + vkey_ + " (from data; pin it with --vkey)\nverified: "),
                                HasSubstr(" entries, 2 of them receipts\ncheckpoint:\n")));
  }
  const Finished one = desk_.run({"receipts", "verify", ids_[1]});
  EXPECT_EQ(one.exit, 0) << one.err;
  EXPECT_THAT(one.out, HasSubstr("verified: receipt " + ids_[1]));
}

TEST_F(ReceiptsCommand, AnotherLogsKeyDoesNotVerifyThisOne) {
  Desk other;
  other.write("holdfast.yaml", "version: 1\ndata_dir: ./data\n");
  ASSERT_EQ(other.run({"keys", "init"}).exit, 0);
  std::string stranger = other.run({"keys", "show", "--vkey"}).out;
  stranger.pop_back();
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"receipts", "verify", "--vkey", stranger},
        {"receipts", "verify", ids_[0], "--vkey", stranger}}) {
    const Finished done = desk_.run(words);
    EXPECT_EQ(done.exit, 1);
    EXPECT_THAT(done.err, HasSubstr("NOT verified: "));
  }
  EXPECT_EQ(desk_.run({"receipts", "verify", "--vkey", "no vkey"}).exit, 1);
}

TEST_F(ReceiptsCommand, SinceTakesAnEarlierCheckpointOfThisLogOnly) {
  desk_.write("checkpoint", desk_.read("data/log/checkpoint"));
  EXPECT_EQ(desk_.run({"receipts", "verify", "--since", "checkpoint"}).exit, 0);
  desk_.write("checkpoint", "not a checkpoint\n");
  EXPECT_EQ(desk_.run({"receipts", "verify", "--since", "checkpoint"}).exit, 1);
  EXPECT_EQ(desk_.run({"receipts", "verify", "--since", "gone"}).exit, 3);
}

TEST_F(ReceiptsCommand, WhatIsNotInTheLogExitsWithOne) {
  const std::string unknown = "0197f3c2-9d3e-7c11-8a53-3f0e6a1b2c4d";
  for (const std::vector<std::string>& words : {std::vector<std::string>{"receipts", "show", unknown},
                                                {"receipts", "show", "nonsense"},
                                                {"receipts", "verify", unknown}}) {
    const Finished done = desk_.run(words);
    EXPECT_EQ(done.exit, 1);
    EXPECT_THAT(done.err, StartsWith("holdfast: "));
  }
}

TEST(ReceiptsCommandAlone, WithoutALogNothingCanBeReadOrVerified) {
  Desk desk;
  desk.write("holdfast.yaml", "version: 1\ndata_dir: ./data\n");
  for (const std::vector<std::string>& words : {std::vector<std::string>{"receipts", "list"},
                                                {"receipts", "show", "0197f3c2-9d3e-7c11-8a53-3f0e6a1b2c4d"},
                                                {"receipts", "verify"}}) {
    const Finished done = desk.run(words);
    EXPECT_EQ(done.exit, 3) << testing::PrintToString(words);
    EXPECT_THAT(done.err, StartsWith("holdfast: "));
    EXPECT_THAT(done.out, IsEmpty());
  }
  EXPECT_FALSE(std::filesystem::exists(desk.root / "data"));
}

}  // namespace
}  // namespace holdfast::app
