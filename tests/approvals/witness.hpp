// Stands before the real store and keeps what was written, in its order; what a group wrote that could not be
// committed was not.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "approvals/store.hpp"
#include "tests/approvals/full_disk.hpp"

namespace holdfast::approvals::test {

class Witness final : public ApprovalStore {
 public:
  Witness(std::unique_ptr<ApprovalStore> store, std::vector<Hold>* written)
      : store_(std::move(store)), written_(written) {}

  Result<void> insert(const Hold& hold, const std::string* request, const Spending* spending) override {
    return note(store_->insert(hold, request, spending), hold);
  }
  Result<Room> find_room(std::span<const Draw> draws, std::int64_t now) override {
    return store_->find_room(draws, now);
  }
  Result<void> spend(const Spending& spending) override { return store_->spend(spending); }
  Result<void> settle_spend(const std::string& call, bool sent) override {
    return store_->settle_spend(call, sent);
  }
  Result<std::vector<Unsettled>> unsettled() override { return store_->unsettled(); }
  Result<std::optional<LimitMark>> limit_mark() override { return store_->limit_mark(); }
  Result<void> forget_spends(std::int64_t now) override { return store_->forget_spends(now); }
  Result<void> put_labels(const std::string& agent, const std::vector<std::string>& labels,
                          const LimitMark& now) override {
    return store_->put_labels(agent, labels, now);
  }
  Result<void> take_labels_off(const std::string& agent, const std::vector<std::string>& labels) override {
    return store_->take_labels_off(agent, labels);
  }
  Result<std::vector<LabelRow>> labels() override { return store_->labels(); }
  Result<void> drop_labels(std::int64_t until) override { return store_->drop_labels(until); }
  Result<void> apply(const Change& change) override {
    if (std::exchange(refuse_next_change, false)) return fail(Code::unavailable, "refused by the test");
    return note(store_->apply(change), *change.hold);
  }
  Result<void> remember(const CallbackRecord& record) override { return store_->remember(record); }
  Result<std::optional<CallbackRecord>> callback(const std::string& approver,
                                                 const std::string& id) override {
    return store_->callback(approver, id);
  }
  Result<void> forget_callbacks(WallTime before) override { return store_->forget_callbacks(before); }
  Result<void> delivered(const std::string& hold, const std::string& approver, WallTime at) override {
    return store_->delivered(hold, approver, at);
  }
  Result<std::vector<Hold>> load(WallTime now, WallTime since, const std::string& after,
                                 std::size_t limit) override {
    return store_->load(now, since, after, limit);
  }
  Result<std::optional<Hold>> find(const std::string& id) override { return store_->find(id); }
  Result<std::optional<Hold>> find_by_handle(const std::string& handle) override {
    return store_->find_by_handle(handle);
  }
  Result<std::vector<Hold>> list(const StoreQuery& query) override { return store_->list(query); }
  Result<std::vector<std::string>> with_request() override { return store_->with_request(); }
  Result<std::optional<std::string>> request(const std::string& hold) override {
    return store_->request(hold);
  }
  Result<void> recorded(const std::string& hold) override { return store_->recorded(hold); }
  Result<std::vector<Hold>> unrecorded_endings(const std::string& after, std::size_t limit) override {
    return store_->unrecorded_endings(after, limit);
  }
  Result<void> drop_responses(WallTime until) override { return store_->drop_responses(until); }
  Result<void> add(const HaltTurn& turn) override { return store_->add(turn); }
  Result<std::optional<HaltTurn>> newest_turn() override { return store_->newest_turn(); }
  Result<std::vector<HaltTurn>> unrecorded_turns() override { return store_->unrecorded_turns(); }
  Result<void> turn_recorded(const std::string& id) override { return store_->turn_recorded(id); }
  void begin_group() override {
    in_group_ = true;
    before_ = *written_;
    store_->begin_group();
  }
  Result<void> commit_group() override {
    in_group_ = false;
    std::optional<FullDisk> full;
    if (std::exchange(fail_next_commit, false)) full.emplace();
    Result<void> done = store_->commit_group();
    if (!done) *written_ = before_;
    if (done && before_.size() != written_->size()) ++commits;
    return done;
  }
  // What is written now is not durable yet.
  [[nodiscard]] bool in_group() const { return in_group_; }

  bool fail_next_commit = false;  // of a group; as a full disk does
  bool refuse_next_change = false;
  int commits = 0;  // of groups in which holds were written

 private:
  Result<void> note(Result<void> done, const Hold& hold) {
    if (done) written_->push_back(hold);
    return done;
  }
  const std::unique_ptr<ApprovalStore> store_;
  std::vector<Hold>* const written_;
  std::vector<Hold> before_;  // the group that is open
  bool in_group_ = false;
};

}  // namespace holdfast::approvals::test
