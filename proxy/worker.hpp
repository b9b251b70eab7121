// What the pipeline works with: things shared by every loop, and the things of one loop.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include "approvals/desk.hpp"
#include "approvals/desk_queue.hpp"
#include "core/clock.hpp"
#include "net/http_client.hpp"
#include "net/http_server.hpp"
#include "net/loop.hpp"
#include "net/signal.hpp"
#include "net/task_group.hpp"
#include "proxy/head_room.hpp"
#include "proxy/held_requests.hpp"
#include "proxy/listed.hpp"
#include "proxy/metrics.hpp"
#include "proxy/snapshot.hpp"
#include "receipts/intent.hpp"
#include "receipts/log.hpp"

namespace holdfast::proxy {

// Made by app, outlives every worker. Safe from every thread as marked.
struct Shared {
  const Clock* clock = nullptr;
  receipts::Log* log = nullptr;      // thread-safe
  approvals::Desk* desk = nullptr;   // desk thread only: reach it through approvals::ask(desk_queue, ...)
  approvals::DeskQueue* desk_queue;  // thread-safe
  const approvals::HaltSwitch* halts = nullptr;   // the desk's; every thread
  const approvals::LabelBoard* labels = nullptr;  // the desk's; every thread
  receipts::Mode mode = receipts::Mode::batched;
  std::atomic<std::shared_ptr<const Snapshot>> snapshot;
  // The snapshot is about to be exchanged: nothing is released, so that the log has no release behind a
  // roster it was not judged by.
  std::atomic<bool> changing{false};
  std::atomic<bool> draining{false};
  std::atomic<bool> hurry{false};  // while draining: without patience
  std::atomic<std::size_t> connections{0};
  HeldRequests held;  // thread-safe
  HeldRequests sent;  // MCP requests that an upstream works on; thread-safe

  explicit Shared(approvals::DeskQueue* queue) : desk_queue(queue) {}
};

// One event loop's share. Loop thread only.
struct Worker {
  net::Loop* loop;
  Shared* shared;
  std::unique_ptr<receipts::IntentFile> intents;
  net::ClientPool pool;
  net::TaskGroup connections;  // sessions
  net::TaskGroup background;   // asynchronous calls
  Metrics metrics;
  HeadRoom heads;

  // What the drain needs to find.
  Listing<net::HttpServer> idle;     // connections between two requests
  Listing<net::HttpServer> busy;     // connections with a request
  Listing<net::HttpClient> sending;  // to upstreams, with a call under way
  Listing<net::HttpClient> streams;  // servers' own streams, which have no end of their own
  Listing<net::Signal> waiting;      // of held calls

  // Other calls are under way. What is sent then, to an upstream or to a client, waits for the end of the
  // loop's turn, so as to leave with theirs.
  [[nodiscard]] bool in_company() const { return sending.several(); }

  std::set<std::string> asynchronous_holds;  // that have a runner on this loop

  Worker(net::Loop* its_loop, Shared* its_shared, std::unique_ptr<receipts::IntentFile> its_intents)
      : loop(its_loop),
        shared(its_shared),
        intents(std::move(its_intents)),
        pool(its_loop),
        connections(its_loop),
        background(its_loop) {}
};

}  // namespace holdfast::proxy
