// What the endpoints of the control plane work with.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "approvals/desk.hpp"
#include "approvals/desk_queue.hpp"
#include "approvals/options.hpp"
#include "control/failure_limiter.hpp"
#include "control/options.hpp"
#include "core/clock.hpp"
#include "core/metrics_text.hpp"
#include "net/loop.hpp"
#include "net/server_tls.hpp"
#include "receipts/log.hpp"

namespace holdfast::control {

class KillSwitch;

// Everything pointed to outlives the Server.
struct Context {
  net::Loop* loop;  // the control plane's; reads of the receipt log happen on it
  approvals::DeskQueue* desk_queue;
  approvals::Desk* desk;  // desk thread only: reach it through approvals::ask(desk_queue, ...)
  receipts::Log* log;
  net::Executor disk;  // where whoever waits for the disk does it
  const Clock* clock;
  std::shared_ptr<const approvals::Options> approvals;  // the roster: who may authenticate
  Options options;
  std::function<std::string()> not_ready;  // asked on the loop; empty: ready, else one sentence that says why
  std::function<void(metrics::Page*)> collect_metrics;  // asked on the loop; describes every figure there is
  bool public_receipts = false;                         // receipts.public: the checkpoint is for everybody
  KillSwitch* kill_switch = nullptr;                    // never null where it is served
  std::shared_ptr<const net::ServerTls> tls = nullptr;  // null: in the clear
};

// Loop thread only, but for the desk.
struct Plane {
  explicit Plane(Context with) : context(std::move(with)), failures(context.clock) {}

  Context context;  // its approvals and options change with the configuration, and nothing else of it
  FailureLimiter failures;
};

}  // namespace holdfast::control
