// One waiting caller's view of its hold: the newest state, and a signal that something changed. The desk
// tells it from its own thread; it is read on the loop only.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "approvals/desk.hpp"
#include "net/loop.hpp"
#include "net/signal.hpp"

namespace holdfast::proxy {

struct HoldWatch {
  explicit HoldWatch(net::Loop* loop) : signal(loop) {}

  net::Signal signal;
  approvals::HoldPtr hold;    // null until attached
  std::uint64_t watch = 0;    // the desk's, for detach
  std::int64_t progress = 0;  // of the last notifications/progress: it only grows, however often it is waited
  bool client_gone = false;
  bool client_cancelled = false;
  // For MCP: takes the request off the list that `notifications/cancelled` looks at. False when it has been
  // cancelled meanwhile.
  std::function<bool()> stop_listening;
  bool releasing = false;  // this caller is; it stops listening itself, at the last moment

  // Takes a state unless a newer one is known.
  void update(approvals::HoldPtr newer) {
    if (!hold || newer->version >= hold->version) hold = std::move(newer);
    // Released by another identical request: a cancellation is the upstream's to hear now.
    if (hold->status == approvals::Status::released && !releasing && stop_listening) {
      if (!stop_listening()) client_cancelled = true;
      stop_listening = nullptr;
    }
    signal.set();
  }
};

using HoldWatchPtr = std::shared_ptr<HoldWatch>;

// For Desk::attach: posts every change to the loop. The watch may be gone by then.
[[nodiscard]] approvals::Watcher watcher_for(net::Executor loop, const HoldWatchPtr& watch);

}  // namespace holdfast::proxy
