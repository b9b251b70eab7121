#include "proxy/waiting.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/json_text.hpp"
#include "net/sse.hpp"
#include "proxy/client_watch.hpp"

namespace holdfast::proxy {
namespace {

std::string progress_event(const Exchange& exchange, std::int64_t count) {
  json::ObjectText params;
  params.set_raw("progressToken", mcp::id_text(*exchange.request.message->progress_token))
      .set("progress", count)
      .set("message", "waiting for approval");
  json::ObjectText message;
  message.set("jsonrpc", "2.0").set("method", "notifications/progress").set("params", params);
  return net::sse_event("", message.text());
}

std::optional<WaitEnd> end_of(const HoldWatch& watch, const Worker& worker) {
  // Over first: a hold that ended while the client left is still recorded by its own ending.
  if (watch.hold->ending) return WaitEnd::ended;
  if (watch.client_cancelled) return WaitEnd::cancelled;
  if (watch.client_gone) return WaitEnd::gone;
  const bool not_now = worker.shared->halts->halted() || worker.shared->changing;
  if (watch.hold->status == approvals::Status::approved && !not_now) return WaitEnd::approved;
  if (worker.shared->draining.load(std::memory_order_relaxed)) return WaitEnd::draining;
  return std::nullopt;
}

// Its own loop of waiting, so that the caller can end what runs beside it in one place.
net::task<WaitEnd> wait_in_turn(Exchange* exchange, Answer* answer, HoldWatchPtr watch, Signs signs,
                                SteadyTime deadline) {
  const Clock& clock = *exchange->worker->shared->clock;
  const std::chrono::milliseconds between = exchange->request.snapshot->options.hold.progress;
  SteadyTime next_sign = clock.steady() + between;
  while (true) {
    if (answer->client_lost() && exchange->client != nullptr) watch->client_gone = true;
    if (const auto end = end_of(*watch, *exchange->worker)) co_return *end;
    const SteadyTime now = clock.steady();
    if (now >= deadline) co_return WaitEnd::too_long;
    if (signs != Signs::none && now >= next_sign) {
      next_sign = now + between;
      std::string sign = signs == Signs::progress ? progress_event(*exchange, ++watch->progress)
                                                  : net::sse_comment("waiting for approval");
      co_await answer->event_bytes(std::move(sign));
      continue;
    }
    watch->signal.clear();
    const SteadyTime until = signs == Signs::none ? deadline : std::min(deadline, next_sign);
    co_await watch->signal.wait_until(until);
  }
}

}  // namespace

net::task<WaitEnd> wait_for_decision(Exchange* exchange, Answer* answer, HoldWatchPtr watch, Signs signs,
                                     SteadyTime until) {
  if (signs != Signs::none && !answer->started()) {
    co_await answer->begin_events({});
    if (signs == Signs::progress) {
      std::string first = progress_event(*exchange, watch->progress);
      co_await answer->event_bytes(std::move(first));
    }
  }
  std::optional<ClientWatch> client;
  if (exchange->client != nullptr) {
    client.emplace(exchange->worker->loop, exchange->client);
    client->start(answer->probe(), [watch] {
      watch->client_gone = true;
      watch->signal.set();
    });
  }
  const Listed listed(&exchange->worker->waiting, &watch->signal);
  const WaitEnd end = co_await wait_in_turn(exchange, answer, watch, signs, until);
  if (client) co_await client->stop();
  co_return end;
}

}  // namespace holdfast::proxy
