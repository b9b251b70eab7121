#include "app/serve.hpp"

#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <optional>

#include "app/agent_plane.hpp"
#include "app/descriptors.hpp"
#include "app/desk_thread.hpp"
#include "app/metrics.hpp"
#include "app/record_configuration.hpp"
#include "app/recover.hpp"
#include "app/reloads.hpp"
#include "app/replacements.hpp"
#include "app/store_key.hpp"
#include "app/time_to_stop.hpp"
#include "approvals/channels/webhook.hpp"
#include "approvals/store_sqlite.hpp"
#include "control/kill_switch.hpp"
#include "control/server.hpp"
#include "core/log.hpp"
#include "crypto/hmac.hpp"
#include "crypto/keys.hpp"
#include "net/disk_threads.hpp"
#include "net/offload.hpp"
#include "net/process_signals.hpp"
#include "pdp/server.hpp"
#include "proxy/record_hold.hpp"
#include "receipts/log.hpp"

namespace holdfast::app {
namespace {

// Made at first start; with it, an MCP session stays its agent's over a restart.
Result<std::string> load_session_key(const std::filesystem::path& data_dir) {
  auto found = crypto::load_key(data_dir, crypto::Purpose::session);
  if (!found) return fail(found.error());
  std::optional<crypto::SigningKey> key = std::move(*found);
  if (!key) {
    auto made = crypto::make_key(data_dir, crypto::Purpose::session);
    if (!made) return fail(made.error());
    key = std::move(*made);
  }
  const crypto::Hash derived = crypto::hmac_sha256(key->seed().reveal_secret(), "holdfast-mcp-session");
  return std::string(crypto::bytes_of(derived));
}

struct Door {
  std::unique_ptr<net::Acceptor> acceptor;  // null: there is no such plane
  std::string address;
};

Result<Door> open_door(const std::string& host, const std::string& port, net::Loop* loop) {
  if (host.empty()) return Door{};
  auto listening = net::listen(host, port, {loop});
  if (!listening) return fail(listening.error());
  return Door{std::move(listening->acceptors.front()), std::move(listening->address)};
}

// In the order in which others depend on them: the agent plane first, the notices last.
struct Running {
  net::Loop* loop;
  AgentPlane* agents;
  control::Server* server;
  pdp::Server* pdp;  // null: there is none
  approvals::WebhookNotifier* webhooks;
  Replacements* replacements;
  Reloads* reloads;
};

net::task<void> shut_down(Running running) {
  running.agents->begin_drain();
  net::Signal pause(running.loop);
  while (!running.agents->drained()) {
    const SteadyTime next = std::chrono::steady_clock::now() + std::chrono::milliseconds(20);
    co_await pause.wait_until(next);
  }
  co_await running.replacements->stop();
  co_await running.reloads->stop();
  if (running.pdp != nullptr) co_await running.pdp->drain();
  co_await running.server->drain();
  co_await running.webhooks->stop();
  running.loop->stop();
}

void print_ready(const std::string& agent_plane, const Door& control, const Door& pdp, bool halted) {
  const std::string asked = pdp.address.empty() ? "" : " pdp_plane=" + pdp.address;
  fmt::print("ready agent_plane={} control_plane={}{}{}\n", agent_plane, control.address, asked,
             halted ? " halted=true" : "");
  std::fflush(stdout);
}

}  // namespace

Result<void> serve(Served served) {
  std::signal(SIGPIPE, SIG_IGN);  // a reader of our output or a peer that leaves is an error, not the end
  config::Config config = served.config;
  const Clock& clock = system_clock();
  net::Loop loop(0);  // the control plane's, on this thread
  DeskThread desk_thread;
  approvals::DeskQueue desk_queue(desk_thread.executor());
  proxy::Shared shared(&desk_queue);
  AgentPlane agents(&shared, config.proxy.loops);
  auto agent_address = agents.listen(config.proxy.host, config.proxy.port);
  if (!agent_address) return fail(agent_address.error());
  for (const proxy::Listener& more : config.proxy.listeners) {
    auto address = agents.listen(more.host, more.port, more.name);
    if (!address) return fail(address.error());
    *agent_address += fmt::format(" {}={}", more.name, *address);
  }
  auto control = open_door(config.control.host, config.control.port, &loop);
  if (!control) return fail(control.error());
  auto asking = open_door(config.pdp.host, config.pdp.port, &loop);
  if (!asking) return fail(asking.error());
  auto log = receipts::Log::open(config.receipts, &clock);
  if (!log) return fail(log.error());
  net::DiskThreads disk_threads;  // they write to the log's folder
  const Recorded recorded = recorded_of(config);
  auto session_key = load_session_key(config.receipts.data_dir);
  if (!session_key) return fail(session_key.error());
  auto store = approvals::open_sqlite_store(config.receipts.data_dir);
  if (!store) return fail(store.error());
  auto keys = load_store_keys(config.receipts.data_dir, store->get());
  if (!keys) return fail(keys.error());
  const Settle settle{control->address, keys->marks};
  settle(&config);

  auto people = std::make_shared<const approvals::Options>(config.approvals);
  approvals::Desk* desk_of_notices = nullptr;  // set before anything runs
  approvals::WebhookNotifier webhooks(
      &loop, config.approvals, &clock, [&](std::string hold, std::string approver) {
        desk_queue.post([&, hold, approver] { desk_of_notices->delivered(hold, approver); });
      });
  // Posted to a desk thread that has stopped, the mark is dropped with its queue.
  proxy::HoldRecorder recorder(log->get(), people, &webhooks, [&](std::string hold) {
    desk_queue.post([&, id = std::move(hold)] { desk_of_notices->recorded(id); });
  });
  auto desk = approvals::Desk::open(std::move(*store), config.approvals, &recorder, &clock, keys->seal);
  if (!desk) return fail(desk.error());
  desk_of_notices = desk->get();
  desk_queue.open(desk->get());
  (*desk)->note_log([kept = log->get()] { return kept->checkpoint(); });
  if (auto recovered = recover(config.receipts.data_dir, log->get(), desk->get(), *people, clock);
      !recovered) {
    return recovered;
  }
  recorder.begin();
  if (auto done = record_configuration(log->get(), recorded, nullptr, clock); !done) return done;

  shared.clock = &clock;
  shared.log = log->get();
  shared.desk = desk->get();
  shared.halts = &(*desk)->halts();
  shared.labels = &(*desk)->labels();
  shared.mode = config.receipts.mode;
  shared.snapshot = make_snapshot(config, {std::move(served.policy), std::move(served.tls.agents)}, recorded,
                                  std::move(*session_key), nullptr);
  if (auto opened = agents.open_intents(config.receipts.data_dir); !opened) return opened;
  control::KillSwitch kill_switch({desk->get(), desk_thread.executor(), log->get(),
                                   [&agents, &loop](std::function<void()> passed) {
                                     agents.fence([&loop, passed] { net::post_to(loop.executor(), passed); });
                                   },
                                   [&agents] { agents.wake_waiting(); }});
  auto not_ready = [&shared] {
    if (shared.draining) return std::string("this sidecar is stopping");
    if (shared.halts->halted()) return std::string("everything is halted, until an admin resumes");
    return std::string();
  };
  Figures figures{&agents, desk->get(), &webhooks, log->get(), nullptr, nullptr};
  auto collect_metrics = [&figures](metrics::Page* page) { collect(figures, page); };
  control::Server server(control::Context{
      &loop, &desk_queue, desk->get(), log->get(), disk_threads.executor(), &clock, people, config.control,
      not_ready, collect_metrics, config.receipts.is_public, &kill_switch, std::move(served.tls.control)});
  server.serve(std::move(control->acceptor));
  std::optional<pdp::Server> pdp;
  if (asking->acceptor != nullptr) {
    pdp.emplace(pdp::Context{&loop, &shared, config.pdp, std::move(served.tls.pdp)});
    pdp->serve(std::move(asking->acceptor));
  }
  pdp::Server* const pdp_server = pdp ? &*pdp : nullptr;
  Replacements* replacements_of_reloads = nullptr;  // set before the loop runs
  Reloads reloads({&loop, disk_threads.executor(), served.path, std::move(served.config), recorded, settle,
                   Holders{&shared, &agents, &recorder, &webhooks, &server, pdp_server},
                   [&](config::Standing standing) { replacements_of_reloads->seen(std::move(standing)); }});
  figures.reloads = &reloads;
  figures.pdp = pdp_server;
  Replacements replacements(&loop, disk_threads.executor(), served.path, std::move(served.standing),
                            [&reloads] { reloads.ask("its file was replaced"); });
  replacements_of_reloads = &replacements;
  if (auto watching = replacements.start(); !watching) {
    log::warning("not_watched", {{"why", watching.error().detail + "; only SIGHUP reloads"}});
  }
  net::TaskGroup stopping(&loop);
  const net::ProcessSignals termination(&loop, {SIGTERM, SIGINT}, [&] {
    const bool hurry = shared.draining.exchange(true);  // whoever says it twice does not want to wait
    stop_within(hurry ? kTimeToHurry : kTimeToStop);
    if (hurry) return agents.hurry();
    log::event("stopping", {});
    stopping.spawn(shut_down({&loop, &agents, &server, pdp_server, &webhooks, &replacements, &reloads}));
  });
  (*desk)->on_run([&agents](const std::string& hold) { agents.run_stored(hold); });
  for (const std::string& hold : (*desk)->to_run())
    agents.run_stored(hold);
  const net::ProcessSignals halting(&loop, {SIGUSR1}, [&] { kill_switch.halt_now({"", "signal", ""}); });
  const net::ProcessSignals reloading(&loop, {SIGHUP}, [&] { reloads.ask("SIGHUP"); });
  net::let_in_signals({SIGHUP, SIGUSR1});
  desk_thread.start(desk->get());
  agents.start();
  const bool halted = shared.halts->halted();
  if (halted) log::warning("halted", {{"since", "an earlier run"}});
  print_ready(*agent_address, *control, *asking, halted);
  loop.run();
  desk_thread.stop();
  log::event("stopped", {});
  return {};
}

}  // namespace holdfast::app
