// Whose entry the log is told to hurry with: the caller of a refused call, and the store that is told of a
// release's ending, wait for it; nobody waits for the receipt of an allowed call.
#include "proxy/record.hpp"

#include <gmock/gmock.h>

#include "tests/net/loop_thread.hpp"
#include "tests/proxy/house.hpp"
#include "tests/support/manual_clock.hpp"

namespace holdfast::proxy {
namespace {

using testing::ElementsAre;

// Notes how it was told, and takes everything or nothing. The rest is not asked here.
class NotingLog final : public receipts::Log {
 public:
  using Done = std::function<void(Result<receipts::Appended>)>;

  void append(std::string kind, const receipts::EntryText&, Done done) override {
    take(std::move(kind), done);
  }
  void append_unhurried(std::string kind, const receipts::EntryText&, Done done) override {
    take(std::move(kind) + " unhurried", done);
  }
  void append_both(std::string kind, const receipts::EntryText&, std::string second,
                   const receipts::EntryText&, Done done) override {
    take(kind + " with " + second, done);
  }
  [[nodiscard]] bool writable() const override { return true; }
  [[nodiscard]] std::string why_not_writable() const override { return {}; }
  [[nodiscard]] std::string checkpoint() const override { return {}; }
  [[nodiscard]] std::string origin() const override { return {}; }
  [[nodiscard]] std::string vkey() const override { return {}; }
  [[nodiscard]] Result<receipts::Stored> find(std::string_view) const override { return none(); }
  [[nodiscard]] Result<std::string> proof(std::uint64_t) const override { return none(); }
  [[nodiscard]] Result<std::vector<receipts::Stored>> list(std::string_view, std::size_t,
                                                           bool) const override {
    return none();
  }
  [[nodiscard]] Result<std::vector<receipts::Stored>> list_call_since(std::string_view,
                                                                      std::uint64_t) const override {
    return none();
  }
  [[nodiscard]] Result<std::vector<receipts::Stored>> list_held_since(std::uint64_t) const override {
    return none();
  }
  [[nodiscard]] Result<std::optional<std::uint64_t>> size_at(const std::string&) const override {
    return none();
  }
  [[nodiscard]] std::vector<Unanswered> unanswered() const override { return {}; }
  void collect(metrics::Page*) const override {}
  Result<std::string> keep_blob(std::string_view) override { return none(); }

  bool full = false;
  std::vector<std::string> told;

 private:
  static tl::unexpected<Error> none() { return fail(Code::not_found, "not asked here"); }
  void take(std::string how, const Done& done) {
    told.push_back(std::move(how));
    if (full) return done(fail(Code::unavailable, "the disk is full"));
    done(receipts::Appended{});
  }
};

class Record : public testing::Test {
 protected:
  Record() {
    shared_.clock = &clock_;
    shared_.log = &log_;
    snapshot_->approvals = std::make_shared<const approvals::Options>();
    exchange_.worker = &worker_;
    exchange_.request.snapshot = snapshot_;
    exchange_.request.upstream = &snapshot_->options.upstreams.front();
    exchange_.request.call.agent = &snapshot_->anonymous;
    exchange_.request.call.tool = "payment.send";
    exchange_.receipt_id = make_uuid7(clock_.wall());
  }

  Result<void> refuse() {
    Outcome outcome;
    outcome.ending = Ending::policy_denied;
    return thread_.run(record_refusal(&exchange_, std::move(outcome)));
  }

  test::ManualClock clock_;
  NotingLog log_;
  std::shared_ptr<Snapshot> snapshot_ = test::snapshot({test::payment()});
  test::LoopThread thread_;
  Shared shared_{nullptr};
  Worker worker_{thread_.loop(), &shared_, nullptr};
  Exchange exchange_;
};

TEST_F(Record, TheReceiptOfARefusedCallWaitsForNoCompanyBecauseItsCallerDoes) {
  EXPECT_TRUE(refuse());
  EXPECT_THAT(log_.told, ElementsAre("receipt"));
  EXPECT_FALSE(exchange_.receipt_id.empty());
}

TEST_F(Record, ARefusalThatTheLogDidNotTakeNamesNoReceipt) {
  log_.full = true;
  EXPECT_FALSE(refuse()) << "so it is answered as unavailable";
  EXPECT_THAT(log_.told, ElementsAre("receipt"));
  EXPECT_TRUE(exchange_.receipt_id.empty());
}

TEST_F(Record, TheReceiptOfAnAllowedCallMayWaitAndThatOfAReleasedOneMayNot) {
  append_receipt(exchange_, nullptr, {}, std::nullopt, std::nullopt);
  EXPECT_THAT(log_.told, ElementsAre("receipt unhurried"));
  const approvals::Hold hold;
  append_receipt(exchange_, &hold, {}, receipts::Appended{}, std::nullopt);
  EXPECT_THAT(log_.told, ElementsAre("receipt unhurried", "receipt"));
}

}  // namespace
}  // namespace holdfast::proxy
