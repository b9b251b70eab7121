#include "proxy/server.hpp"

#include <array>
#include <optional>
#include <utility>

#include "core/log.hpp"
#include "net/linger.hpp"
#include "net/server_tls.hpp"
#include "proxy/pipeline.hpp"
#include "proxy/reply.hpp"
#include "proxy/well_known.hpp"

namespace holdfast::proxy {
namespace {

constexpr std::chrono::milliseconds kDrainPoll{20};
constexpr std::chrono::minutes kBetweenNotices{1};  // while connections are refused for their number

net::ServerLimits limits_of(const Limits& limits) {
  net::ServerLimits server;
  server.headers = limits.headers;
  server.header_bytes = limits.header_bytes;
  server.header_time = limits.header_time;
  server.idle = limits.idle;
  server.body_idle = limits.body_idle;
  server.write_idle = limits.write_idle;
  return server;
}

// Counts a connection for as long as it lives.
class Counted {
 public:
  explicit Counted(std::atomic<std::size_t>* count) : count_(count) { ++*count_; }
  ~Counted() { --*count_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 private:
  std::atomic<std::size_t>* count_;
};

net::task<void> refuse_unreadable(Worker* worker, net::HttpServer* client, Error error) {
  if (error.code == Code::closed || error.code == Code::cancelled) co_return;
  worker->metrics.refused(error.code == Code::too_large ? Ending::too_large : Ending::malformed);
  log::warning("request_refused", {{"peer", client->peer()}, {"why", error.detail}});
  const std::string response = unreadable_request(error);
  const std::array<std::string_view, 1> pieces{response};
  const auto written = co_await client->write(pieces);
  if (!written) co_return;  // it left: there is nobody to tell
}

// True when the connection may carry another request.
net::task<bool> serve_request(Worker* worker, net::HttpServer* client, net::RequestHead head,
                              EntrancePtr entrance) {
  const Listed listed(&worker->busy, client);
  Exchange exchange;
  exchange.worker = worker;
  exchange.client = client;
  exchange.entrance = std::move(entrance);
  exchange.head = std::move(head);
  Answer answer(&exchange);
  if (!exchange.head.keep_alive || worker->shared->draining.load(std::memory_order_relaxed))
    answer.close_after();
  if (exchange.head.target.starts_with(kWellKnown)) {
    co_await answer_well_known(&exchange, &answer);
  } else {
    co_await handle(&exchange, &answer);
  }
  client->take_back(std::move(exchange.head.headers));
  co_return answer.keep_alive() && client->body_finished();
}

// False: the connection is over.
net::task<bool> shake_hands(Worker* worker, net::HttpServer* client,
                            std::shared_ptr<const net::ServerTls> tls) {
  const auto shaken = co_await client->shake_hands(std::move(tls));
  if (shaken) co_return true;
  worker->metrics.refused(Ending::malformed);
  log::warning("handshake_failed", {{"peer", client->peer()}, {"why", shaken.error().detail}});
  co_return false;
}

std::shared_ptr<const net::ServerTls> tls_of(const Snapshot& snapshot, const std::string& listener) {
  const auto found = snapshot.tls.find(listener);
  return found == snapshot.tls.end() ? nullptr : found->second;
}

// What the connection shows now: a certificate may end while it is open.
EntrancePtr still_shown(const Worker& worker, const EntrancePtr& entrance) {
  if (!entrance->certificate || worker.shared->clock->wall() < entrance->certificate->until) return entrance;
  return std::make_shared<const Entrance>(Entrance{entrance->listener, nullptr});
}

}  // namespace

net::task<void> serve_connection(Worker* worker, net::Socket socket, std::string listener) {
  const Counted counted(&worker->shared->connections);
  const auto snapshot = worker->shared->snapshot.load();
  net::HttpServer client(worker->loop, std::move(socket), limits_of(snapshot->options.limits));
  const auto tls = tls_of(*snapshot, listener);
  bool again = tls == nullptr;
  if (tls != nullptr) again = co_await shake_hands(worker, &client, tls);
  const auto entrance = std::make_shared<const Entrance>(Entrance{std::move(listener), client.certificate()});
  while (again && !worker->shared->draining.load(std::memory_order_relaxed)) {
    // A connection that waits holds nothing but itself.
    std::optional<Listed<net::HttpServer>> idle(std::in_place, &worker->idle, &client);
    auto head = co_await client.read_head();
    idle.reset();
    if (!head) {
      co_await refuse_unreadable(worker, &client, std::move(head.error()));
      break;
    }
    again = co_await serve_request(worker, &client, std::move(*head), still_shown(*worker, entrance));
  }
  client.close();
}

net::task<void> accept_connections(Worker* worker, net::Acceptor* acceptor, std::string listener) {
  const std::string turned_away = too_many_connections();
  SteadyTime next_notice = SteadyTime::min();
  while (true) {
    auto socket = co_await net::accept(acceptor);
    if (!socket) co_return;
    const std::size_t most = worker->shared->snapshot.load()->options.limits.connections;
    if (worker->shared->connections.load(std::memory_order_relaxed) >= most) {
      const SteadyTime now = worker->shared->clock->steady();
      if (now >= next_notice) {
        log::warning("connections_full", {{"limit", std::to_string(most)}});
        next_notice = now + kBetweenNotices;
      }
      worker->metrics.refused(Ending::unavailable);
      // Over TLS there is nobody yet who could read it.
      if (tls_of(*worker->shared->snapshot.load(), listener) == nullptr)
        net::turn_away(worker->loop, std::move(*socket), turned_away);
      continue;
    }
    worker->connections.spawn(serve_connection(worker, std::move(*socket), listener));
  }
}

net::task<void> drain(Worker* worker, std::chrono::milliseconds patience) {
  for (net::HttpServer* client : worker->idle.all())
    client->close();
  for (net::HttpClient* stream : worker->streams.all())
    stream->cancel();
  for (net::Signal* signal : worker->waiting.all())
    signal->set();
  const SteadyTime deadline = worker->shared->clock->steady() + patience;
  net::Signal pause(worker->loop);
  while (worker->connections.size() + worker->background.size() > 0) {
    if (worker->shared->clock->steady() >= deadline || worker->shared->hurry) {
      // What is cut off here was sent and not answered: it ends as outcome_unknown, by its own coroutine.
      for (net::HttpClient* upstream : worker->sending.all())
        upstream->cancel();
      for (net::HttpServer* client : worker->busy.all())
        client->close();
    }
    co_await pause.wait_until(worker->shared->clock->steady() + kDrainPoll);
  }
}

}  // namespace holdfast::proxy
