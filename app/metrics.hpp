// Every figure of this process, from where it is counted.
#pragma once

#include "app/agent_plane.hpp"
#include "app/reloads.hpp"
#include "approvals/channels/webhook.hpp"
#include "approvals/desk.hpp"
#include "core/metrics_text.hpp"
#include "pdp/server.hpp"
#include "receipts/log.hpp"

namespace holdfast::app {

// All of them outlive the reading.
struct Figures {
  const AgentPlane* agents;
  const approvals::Desk* desk;
  const approvals::WebhookNotifier* webhooks;
  const receipts::Log* log;
  const Reloads* reloads;
  const pdp::Server* pdp;  // null: there is none
};

// The control plane's loop; waits for nobody longer than it takes to copy a number.
void collect(const Figures& figures, metrics::Page* page);

}  // namespace holdfast::app
