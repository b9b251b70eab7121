// Receipts, their proofs, and the pages that need no credential.
#include <fmt/format.h>

#include "core/id.hpp"
#include "tests/control/control_plane.hpp"
#include "tests/control/failed_log.hpp"

namespace holdfast::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class Receipts : public ControlPlane {
 protected:
  // Appends an entry of the call and returns its id.
  std::string append(const std::string& call, const std::string& kind = "receipt") {
    const std::string id = make_uuid7(clock_.wall()).str();
    json::ObjectText members;
    members.set("id", id).set("call", call);
    std::promise<Result<receipts::Appended>> done;
    log_->append(kind, members,
                 [&](Result<receipts::Appended> appended) { done.set_value(std::move(appended)); });
    EXPECT_TRUE(done.get_future().get().has_value());
    return id;
  }
  [[nodiscard]] Answer ask_as_alice(std::string_view target) const {
    return get(target, bearer(kAliceToken));
  }
  std::string call() { return make_uuid7(clock_.wall()).str(); }
};

TEST_F(Receipts, AnEntryIsServedInItsExactBytesWithItsProof) {
  const std::string id = append(call());
  const receipts::Stored stored = log_->find(id).value();
  const Answer entry = ask_as_alice("/v1/receipts/" + id);
  EXPECT_EQ(entry.status, 200);
  EXPECT_EQ(entry.header("content-type"), "application/json");
  EXPECT_EQ(entry.body, stored.entry);

  const Answer proof = ask_as_alice(fmt::format("/v1/receipts/{}/proof", id));
  EXPECT_EQ(proof.status, 200);
  EXPECT_THAT(proof.header("content-type"), HasSubstr("text/plain"));
  EXPECT_EQ(proof.body, log_->proof(stored.index).value());
}

TEST_F(Receipts, TheListIsNewestFirstHoldsReceiptsOnlyAndIsFilteredByCall) {
  const std::string call_one = call();
  const std::string authorized = append(call_one, "authorize");
  const std::string one = append(call_one);
  const std::string two = append(call());
  const auto item = [&](const std::string& id) {
    const receipts::Stored stored = log_->find(id).value();
    return fmt::format(R"({{"entry":{},"index":{}}})", stored.entry, stored.index);
  };
  EXPECT_EQ(ask_as_alice("/v1/receipts").body,
            fmt::format(R"({{"receipts":[{},{}]}})", item(two), item(one)));
  EXPECT_EQ(ask_as_alice("/v1/receipts?limit=1").body, fmt::format(R"({{"receipts":[{}]}})", item(two)));
  EXPECT_EQ(ask_as_alice("/v1/receipts?call=" + call_one).body,
            fmt::format(R"({{"receipts":[{}]}})", item(one)));
  EXPECT_EQ(ask_as_alice("/v1/receipts?call=").status, 200);
}

TEST_F(Receipts, BadQuestionsAreRefused) {
  EXPECT_EQ(ask_as_alice("/v1/receipts?limit=0").status, 400);
  EXPECT_EQ(ask_as_alice("/v1/receipts?limit=1001").status, 400);
  EXPECT_EQ(ask_as_alice("/v1/receipts?call=x").status, 400);
  EXPECT_EQ(ask_as_alice("/v1/receipts?all=1").status, 400);
  for (const char* id : {"x", "01900000-0000-7000-8000-000000000000", "..%2F..%2Fkey"}) {
    EXPECT_EQ(ask_as_alice(fmt::format("/v1/receipts/{}", id)).status, 404) << id;
    EXPECT_EQ(ask_as_alice(fmt::format("/v1/receipts/{}/proof", id)).status, 404) << id;
  }
}

TEST_F(Receipts, WithoutATokenThereAreNone) {
  const std::string id = append(call());
  for (const std::string& path : {std::string("/v1/receipts"), "/v1/receipts/" + id,
                                  fmt::format("/v1/receipts/{}/proof", id), std::string("/checkpoint")}) {
    EXPECT_EQ(get(path).status, 401) << path;
  }
}

TEST_F(Receipts, TheCheckpointIsTheLogsSignedHead) {
  append(call());
  const Answer answer = ask_as_alice("/checkpoint");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, log_->checkpoint());
  EXPECT_THAT(answer.body, HasSubstr(log_->origin()));
}

class PublicReceipts : public Receipts {
 protected:
  bool public_receipts() const override { return true; }
};

TEST_F(PublicReceipts, TheCheckpointNeedsNoTokenAndTheEntriesStillDo) {
  EXPECT_EQ(get("/checkpoint").body, log_->checkpoint());
  EXPECT_EQ(get("/v1/receipts").status, 401);
}

TEST_F(Receipts, EverybodyMayKnowTheLogsKey) {
  const Answer answer = get("/.well-known/holdfast/");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(member(answer.body, "origin"), json::quoted(log_->origin()));
  EXPECT_EQ(member(answer.body, "vkey"), json::quoted(log_->vkey()));
  EXPECT_THAT(member(answer.body, "verify"), HasSubstr("holdfast receipts verify"));
}

TEST_F(Receipts, ReadinessSaysWhyAndHealthDoesNotCare) {
  EXPECT_EQ(get("/readyz").status, 200);
  not_ready_ = "the store is not open yet";
  const Answer answer = get("/readyz");
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.body, not_ready_);
  EXPECT_EQ(get("/healthz").status, 200);
  EXPECT_EQ(get("/healthz").body, "ok");
}

class AfterAFailedWrite : public Receipts {
 protected:
  receipts::Log* served_log() override { return &failed_; }

 private:
  FailedLog failed_{log_.get()};
};

TEST_F(AfterAFailedWrite, NotReadySaysWhyAndEverythingCanStillBeRead) {
  const std::string id = append(call());
  const Answer answer = get("/readyz");
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.body, FailedLog::kWhy);
  EXPECT_EQ(get("/healthz").status, 200);
  EXPECT_EQ(ask_as_alice("/v1/receipts/" + id).status, 200);
}

}  // namespace
}  // namespace holdfast::test
