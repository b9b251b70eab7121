// The real log after its disk has failed: it can be read, and takes nothing more.
#pragma once

#include "receipts/log.hpp"

namespace holdfast::test {

class FailedLog : public receipts::Log {
 public:
  static constexpr const char* kWhy = "the receipt log could not be synced";

  explicit FailedLog(receipts::Log* before) : before_(before) {}

  void append(std::string, const receipts::EntryText&,
              std::function<void(Result<receipts::Appended>)> done) override {
    done(fail(Code::unavailable, kWhy));
  }
  void append_unhurried(std::string kind, const receipts::EntryText& members,
                        std::function<void(Result<receipts::Appended>)> done) override {
    append(std::move(kind), members, std::move(done));
  }
  void append_both(std::string, const receipts::EntryText&, std::string, const receipts::EntryText&,
                   std::function<void(Result<receipts::Appended>)> done) override {
    done(fail(Code::unavailable, kWhy));
  }
  [[nodiscard]] bool writable() const override { return false; }
  [[nodiscard]] std::string why_not_writable() const override { return kWhy; }
  [[nodiscard]] std::string checkpoint() const override { return before_->checkpoint(); }
  [[nodiscard]] std::string origin() const override { return before_->origin(); }
  [[nodiscard]] std::string vkey() const override { return before_->vkey(); }
  [[nodiscard]] Result<receipts::Stored> find(std::string_view id) const override {
    return before_->find(id);
  }
  [[nodiscard]] Result<std::string> proof(std::uint64_t index) const override {
    return before_->proof(index);
  }
  [[nodiscard]] Result<std::vector<receipts::Stored>> list(std::string_view call, std::size_t limit,
                                                           bool all_kinds) const override {
    return before_->list(call, limit, all_kinds);
  }
  [[nodiscard]] Result<std::vector<receipts::Stored>> list_call_since(std::string_view call,
                                                                      std::uint64_t first) const override {
    return before_->list_call_since(call, first);
  }
  [[nodiscard]] Result<std::vector<receipts::Stored>> list_held_since(std::uint64_t first) const override {
    return before_->list_held_since(first);
  }
  [[nodiscard]] Result<std::optional<std::uint64_t>> size_at(const std::string& kept) const override {
    return before_->size_at(kept);
  }
  [[nodiscard]] std::vector<Unanswered> unanswered() const override { return before_->unanswered(); }
  void collect(metrics::Page* page) const override { before_->collect(page); }
  Result<std::string> keep_blob(std::string_view) override { return fail(Code::unavailable, kWhy); }

 private:
  receipts::Log* const before_;
};

}  // namespace holdfast::test
