// What an agent has been given to read (02-policy "Flow"): looked at when its call is judged, and added to
// before a call that gives it more is sent.
#pragma once

#include <string>
#include <vector>

#include "core/call.hpp"
#include "core/decision.hpp"
#include "net/task.hpp"
#include "policy/engine.hpp"
#include "proxy/worker.hpp"

namespace holdfast::proxy {

// The labels that an agent had when its call was judged. Stays in place while a call points into it.
struct SeenByAgent {
  approvals::SeenLabels labels;
  std::vector<json::Value> items;
  json::Value list;
};

// As the call's agent has them at this moment, if a rule asks for any: else nobody looks.
void see_labels(const Shared& shared, const policy::Policy& policy, Call& call, SeenByAgent& seen);

// What the agent will have seen once this call has its answer.
[[nodiscard]] std::vector<std::string> labels_of(const Decision& decision);

// The `labels` and `labels_seen` members of a decision, cut so that an entry always fits; empty: none.
[[nodiscard]] std::string labels_text(const Decision& decision);
[[nodiscard]] std::string labels_text(const SeenByAgent& seen);

// Puts these on the agent, before a call that brings them is sent: as Desk::add_labels. Error: unavailable.
net::task<Result<void>> label_agent(Shared* shared, std::string agent, std::vector<std::string> labels,
                                    std::string call);
// This call is over: they count from now, as Desk::labels_read.
void end_labels(Shared* shared, std::string call);

}  // namespace holdfast::proxy
