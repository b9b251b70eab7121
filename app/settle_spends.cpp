#include "app/settle_spends.hpp"

#include "core/ending.hpp"
#include "core/json.hpp"
#include "core/log.hpp"

namespace holdfast::app {
namespace {

constexpr std::size_t kEntry = 65'535;

// Whether this entry says that the call may have reached its upstream. Of a call that left there is a
// receipt.
Result<bool> says_sent(const receipts::Stored& stored) {
  const auto document = json::parse(stored.entry, {kEntry, 32});
  if (!document) return fail(Code::corrupt, "an entry of the log cannot be read");
  const json::Value* outcome = document->root().find("outcome");
  const json::Value* state = outcome == nullptr ? nullptr : outcome->find("state");
  if (state == nullptr) return false;
  const auto ending = parse_ending(state->text());
  return !ending || approvals::may_have_been_sent(*ending);
}

Result<bool> may_have_been_sent(const receipts::Log& log, const approvals::Unsettled& call) {
  const auto first = log.size_at(call.log_head);
  if (!first) return fail(first.error());
  // It was let through under another log: that this one knows nothing proves nothing.
  if (!*first) return true;
  const auto entries = log.list_call_since(call.call, **first);
  if (!entries) return fail(entries.error());
  for (const receipts::Stored& entry : *entries) {
    auto sent = says_sent(entry);
    if (!sent || *sent) return sent;
  }
  return false;
}

}  // namespace

Result<void> settle_spends(const receipts::Log& log, approvals::Desk* desk) {
  const auto calls = desk->unsettled();
  if (!calls) return fail(calls.error());
  for (const approvals::Unsettled& call : *calls) {
    const auto sent = may_have_been_sent(log, call);
    if (!sent) return fail(sent.error());
    log::event("reservation_settled", {{"call", call.call}, {"sent", *sent ? "perhaps" : "no"}});
    desk->settle_reservation(call.call, *sent);
  }
  return {};
}

}  // namespace holdfast::app
