// What the endpoints of the plane for systems that ask work with.
#pragma once

#include <functional>
#include <memory>
#include <set>

#include "control/failure_limiter.hpp"
#include "control/message.hpp"
#include "net/loop.hpp"
#include "net/server_tls.hpp"
#include "net/signal.hpp"
#include "pdp/metrics.hpp"
#include "pdp/open_checks.hpp"
#include "pdp/options.hpp"
#include "proxy/worker.hpp"

namespace holdfast::pdp {

using control::Request;
using control::Response;

// Everything pointed to outlives the Server.
struct Context {
  net::Loop* loop;  // the control plane's: what is judged and appended in one turn of it is in front of a
                    // halt or a reload that comes later
  proxy::Shared* shared;  // the agent plane's: one policy, one desk, one log
  Options options;
  std::shared_ptr<const net::ServerTls> tls = nullptr;  // null: in the clear
};

// Loop thread only, but for the desk.
struct Plane {
  explicit Plane(Context with) : context(std::move(with)), failures(context.shared->clock) {}

  Context context;  // its options change with the configuration, and nothing else of it
  control::FailureLimiter failures;
  OpenChecks open;
  Metrics metrics;
  std::set<net::Signal*> waiting;  // of those who wait for a decision
  bool stopping = false;           // nobody waits any more
};

}  // namespace holdfast::pdp
