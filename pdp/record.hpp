// What the receipt log is told of calls that somebody asks about (docs/receipt-log-format.md, "Checks").
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "approvals/options.hpp"
#include "core/decision.hpp"
#include "core/ending.hpp"
#include "net/task.hpp"
#include "pdp/judged.hpp"
#include "proxy/call_members.hpp"
#include "proxy/worker.hpp"

namespace holdfast::pdp {

// Of what an entry is.
struct About {
  approvals::HeldCall call;
  Effect effect = Effect::deny;
  approvals::HoldPtr hold;  // null: it needed no approval
  std::shared_ptr<const approvals::Options> roster;
  proxy::DecisionTexts texts;
};

// Of a call as it was judged.
[[nodiscard]] About about(const Judged& judged);

// How it ended.
struct Outcome {
  Ending ending = Ending::outcome_unknown;
  int status = 0;         // 0: none was told
  bool reported = false;  // by whoever asked
};

// At once, on the loop that asks; `done` runs on the log's thread.
void append_authorize(proxy::Shared* shared, const About& about,
                      std::function<void(Result<receipts::Appended>)> done);

// The authorize entry, durable when this returns.
net::task<Result<receipts::Appended>> authorize(proxy::Shared* shared, About about);

// The one terminal receipt, durable when this returns: an answer that names it must not outlive it.
net::task<Result<receipts::Appended>> close(proxy::Shared* shared, About about, Outcome outcome,
                                            std::optional<receipts::Appended> authorized);

}  // namespace holdfast::pdp
