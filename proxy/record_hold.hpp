// What the receipt log is told of holds: the approvals in an entry, and the receipt of a hold that ended
// without being released, whether or not anybody was waiting for it.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "approvals/hold.hpp"
#include "approvals/notifier.hpp"
#include "approvals/options.hpp"
#include "receipts/log.hpp"

namespace holdfast::proxy {

// The `approvals` member: each vote with the credential that made it and the group of the plan it counts for;
// without a group it counts no more, and verifiers do not count it.
[[nodiscard]] std::string approvals_text(const approvals::Hold& hold, const approvals::Options& roster);

// Appends the terminal receipt of a hold that ended unreleased (rejected, expired, cancelled, ...). `done` as
// Log::append_unhurried's. Thread-safe.
void append_unreleased(receipts::Log* log, const approvals::Hold& hold, const approvals::Options& roster,
                       std::function<void(Result<receipts::Appended>)> done);

// Stands between the desk and the notifiers: whatever ends unreleased is recorded first, then told on. An
// ending is recorded here and not by the waiting callers, so that there is one receipt however many wait, and
// also when none does.
//
// Until begin() it only tells: what a start finds ended is recorded by recovery, which looks into the log
// first, so that no ending is recorded twice.
class HoldRecorder final : public approvals::Notifier {
 public:
  // `recorded` is told the hold's id once its receipt is durable: on the log's thread, and perhaps after this
  // object and the desk are gone, while the log commits its last entries.
  HoldRecorder(receipts::Log* log, std::shared_ptr<const approvals::Options> roster,
               approvals::Notifier* next, std::function<void(std::string)> recorded)
      : log_(log), next_(next), recorded_(std::move(recorded)), roster_(std::move(roster)) {}

  // Desk thread only, or before there is one.
  void set_roster(std::shared_ptr<const approvals::Options> roster) { roster_ = std::move(roster); }

  // Recovery is done. Before the desk has its own thread.
  void begin() { recording_ = true; }

  void notify(approvals::Event event, approvals::HoldPtr hold) override;  // desk thread

 private:
  receipts::Log* const log_;
  approvals::Notifier* const next_;
  const std::function<void(std::string)> recorded_;

  // Desk thread only.
  std::shared_ptr<const approvals::Options> roster_;
  bool recording_ = false;
};

}  // namespace holdfast::proxy
