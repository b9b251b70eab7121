// What the receipt log is told of a call: the `authorize` entry before it leaves, the `receipt` entry when it
// has ended (05-receipts).
#pragma once

#include <optional>
#include <string>

#include "approvals/hold.hpp"
#include "core/ending.hpp"
#include "crypto/digest.hpp"
#include "net/task.hpp"
#include "proxy/exchange.hpp"
#include "receipts/log.hpp"

namespace holdfast::proxy {

// Waits until the log's writer has caught up; false when it has not within some seconds.
net::task<bool> let_log_catch_up(Worker* worker);

// How a call ended, for its receipt.
struct Outcome {
  Ending ending = Ending::outcome_unknown;
  int status = 0;                   // of the upstream's response; 0: none
  std::string detail;               // one sentence when it did not succeed; for the agent and the log line
  crypto::DigestText sent;          // request digest computed again from what was written; empty: nothing was
  std::optional<crypto::Hash> raw;  // HMAC-SHA-256 of the body sent; key: the nonce
  std::optional<crypto::Hash> response;  // HMAC-SHA-256 of the response's body
  std::optional<WallTime> start, end;
  std::string injected;  // JSON list: names of the headers that we added; empty: none
};

// Of an append's error: no start will find the entry.
[[nodiscard]] inline bool certainly_not_written(const Error& error) {
  return error.code == Code::unavailable || error.code == Code::too_large || error.code == Code::internal;
}

// The `limits` member of a decision: the limits the call draws on, with the state that decided: whether each
// had room. Without what is added up where the tool redacts it; null: no tool is listed for the call.
[[nodiscard]] std::string limits_text(const Decision& decision, const Tool* tool);

// Of a call that the kill switch kept from being sent.
[[nodiscard]] Outcome halted_outcome();

// The authorize entry, durable when this returns. Error: unavailable.
net::task<Result<receipts::Appended>> authorize(Exchange* exchange, approvals::HoldPtr hold);

// The same without waiting on this coroutine: `done` runs on the log's thread.
void append_authorize(const Exchange& exchange, const approvals::Hold* hold,
                      std::function<void(Result<receipts::Appended>)> done);

// Appends the one terminal receipt of a call. `intent` is cleared when it is durable; while it is not, a
// restart finds the intent and records the outcome as unknown.
void append_receipt(const Exchange& exchange, const approvals::Hold* hold, const Outcome& outcome,
                    const std::optional<receipts::Appended>& authorized, std::optional<std::uint32_t> intent);

// The receipt of a call that never leaves, durable when this returns: an answer that names a receipt must not
// outlive it. Error: the log took none; the answer will name none, and no ending that only a receipt could
// prove.
net::task<Result<void>> record_refusal(Exchange* exchange, Outcome outcome);

}  // namespace holdfast::proxy
