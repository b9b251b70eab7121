#include "approvals/channels/webhook.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <span>
#include <vector>

#include "approvals/hold_json.hpp"
#include "approvals/plan.hpp"
#include "core/id.hpp"
#include "core/log.hpp"
#include "crypto/digest.hpp"
#include "crypto/encoding.hpp"
#include "crypto/webhook_signature.hpp"
#include "net/fetch.hpp"
#include "net/http_message.hpp"
#include "net/offload.hpp"
#include "net/signal.hpp"
#include "net/task_group.hpp"

namespace holdfast::approvals {
namespace {

// One notice to one approver, until it has arrived or is given up.
struct Delivery {
  Delivery(net::Loop* loop, Event what) : event(what), over(loop) {}

  const Event event;
  std::string hold;
  std::string approver;
  std::string id;
  std::string body;
  net::Signal over;  // nobody has to decide any more
};

std::string_view short_name(Event event) {
  switch (event) {
    case Event::requested:
      return "requested";
    case Event::resolved:
      return "resolved";
    case Event::completed:
      return "completed";
  }
  return "requested";
}

bool arrived(const Hold& hold, const std::string& approver) {
  return std::find(hold.notified.begin(), hold.notified.end(), approver) != hold.notified.end();
}

std::uint32_t draw() {
  std::uint32_t lot = 0;
  fill_random(std::as_writable_bytes(std::span(&lot, 1)));
  return lot;
}

}  // namespace

std::string webhook_id(Event event, const std::string& hold, const std::string& approver) {
  const crypto::Hash hash = crypto::sha256(approver);
  return fmt::format("hf_out_{}_{}_{}", short_name(event), hold,
                     crypto::to_hex(crypto::bytes_of(hash)).substr(0, 16));
}

bool may_send_to(const Options& options, const std::string& host, const net::Address& address) {
  if (!net::is_private(address) || net::is_loopback(address)) return true;
  const auto& hosts = options.allow_private_webhooks;
  return std::any_of(hosts.begin(), hosts.end(),
                     [&](const std::string& one) { return net::same_name(one, host); });
}

// Loop thread only, but for what is constant.
struct WebhookNotifier::State {
  State(net::Loop* its_loop, Options given, const Clock* its_clock, Delivered tell, Retry how)
      : loop(its_loop),
        options(std::move(given)),
        clock(its_clock),
        delivered(std::move(tell)),
        retry(how),
        group(its_loop) {}

  void start(Event event, const Hold& hold);
  net::task<void> deliver(std::shared_ptr<Delivery> delivery);
  // One try. Error: why it did not arrive.
  net::task<Result<void>> send(std::shared_ptr<Delivery> delivery);
  [[nodiscard]] Result<net::FetchRequest> request(const Delivery& delivery) const;
  // Of today's roster; null when the approver is not in it, or has none that we can sign for.
  [[nodiscard]] const Webhook* webhook_of(const std::string& approver) const;

  net::Loop* const loop;
  Options options;
  const Clock* const clock;
  const Delivered delivered;
  const Retry retry;
  net::TaskGroup group;
  std::multimap<std::string, std::shared_ptr<Delivery>> requests;  // under way, by hold
  bool stopping = false;
  std::array<metrics::Counter, 3> failures;  // by event
};

WebhookNotifier::WebhookNotifier(net::Loop* loop, Options options, const Clock* clock, Delivered delivered,
                                 Retry retry)
    : state_(std::make_shared<State>(loop, std::move(options), clock, std::move(delivered), retry)) {}

WebhookNotifier::~WebhookNotifier() = default;

void WebhookNotifier::notify(Event event, HoldPtr hold) {
  net::post_to(state_->loop->executor(), [state = state_, event, hold] { state->start(event, *hold); });
}

void WebhookNotifier::collect(metrics::Page* page) const {
  std::vector<metrics::Sample> failures;
  for (const Event event : {Event::requested, Event::resolved, Event::completed}) {
    failures.push_back({{{"channel", "webhook"}, {"event", std::string(event_name(event))}},
                        static_cast<double>(state_->failures[static_cast<std::size_t>(event)].value())});
  }
  page->counter("holdfast_notification_failures_total",
                "Tries to notify an approver that did not arrive; most are tried again.", failures);
}

void WebhookNotifier::set_options(Options options) {
  state_->options = std::move(options);
}

net::task<void> WebhookNotifier::stop() {
  state_->stopping = true;
  state_->group.cancel();
  co_await state_->group.wait();
}

void WebhookNotifier::State::start(Event event, const Hold& hold) {
  if (stopping) return;
  if (event != Event::requested) {
    const auto [first, last] = requests.equal_range(hold.id);
    for (auto at = first; at != last; ++at)
      at->second->over.set();
  }
  for (const Approver* approver : approvers_of(hold, options)) {
    if (webhook_of(approver->id) == nullptr) continue;
    if (event == Event::requested && arrived(hold, approver->id)) continue;
    auto delivery = std::make_shared<Delivery>(loop, event);
    delivery->hold = hold.id;
    delivery->approver = approver->id;
    delivery->id = webhook_id(event, hold.id, approver->id);
    delivery->body = notification_json(event, hold, approver->id, options.control_url);
    if (event == Event::requested) requests.emplace(hold.id, delivery);
    group.spawn(deliver(std::move(delivery)));
  }
}

net::task<void> WebhookNotifier::State::deliver(std::shared_ptr<Delivery> delivery) {
  for (int tried = 1; !delivery->over.is_set(); ++tried) {
    if (webhook_of(delivery->approver) == nullptr) break;
    const Result<void> sent = co_await send(delivery);
    if (sent) {
      if (delivery->event == Event::requested) delivered(delivery->hold, delivery->approver);
      break;
    }
    failures[static_cast<std::size_t>(delivery->event)].add();
    log::warning("notification_failed", {{"event", event_name(delivery->event)},
                                         {"hold", delivery->hold},
                                         {"approver", delivery->approver},
                                         {"try", std::to_string(tried)},
                                         {"reason", sent.error().detail}});
    if (delivery->event != Event::requested && tried == retry.tries) break;
    // The machine's own clock: what waits here is a timer of the loop.
    const SteadyTime again = std::chrono::steady_clock::now() + backoff(retry, tried, draw());
    co_await delivery->over.wait_until(again);
  }
  const auto [first, last] = requests.equal_range(delivery->hold);
  const auto mine = std::find_if(first, last, [&](const auto& entry) { return entry.second == delivery; });
  if (mine != last) requests.erase(mine);
}

const Webhook* WebhookNotifier::State::webhook_of(const std::string& approver) const {
  const Approver* known = find_approver(options.approvers, approver);
  if (known == nullptr || !known->webhook || known->webhook->secrets.empty()) return nullptr;
  return &*known->webhook;
}

// Not asked of an approver without a webhook.
Result<net::FetchRequest> WebhookNotifier::State::request(const Delivery& delivery) const {
  const WallTime now = clock->wall();
  const Webhook& webhook = *webhook_of(delivery.approver);
  const Result<std::string> signature =
      crypto::sign_webhook(webhook.secrets.front(), delivery.id, now, delivery.body);
  if (!signature) return fail(signature.error());
  net::FetchRequest request;
  request.url = webhook.url;
  request.method = "POST";
  request.headers = {{"Content-Type", "application/json"},
                     {"webhook-id", delivery.id},
                     {"webhook-timestamp", std::to_string(unix_seconds(now))},
                     {"webhook-signature", *signature}};
  request.body = delivery.body;
  // Asked of whatever the name stands for at this very moment.
  request.allow = [this](const std::string& host, const net::Address& address) {
    return may_send_to(options, host, address);
  };
  return request;
}

net::task<Result<void>> WebhookNotifier::State::send(std::shared_ptr<Delivery> delivery) {
  Result<net::FetchRequest> made = request(*delivery);
  if (!made) co_return fail(std::move(made.error()));
  net::FetchRequest post = std::move(*made);
  const Result<net::FetchResponse> response = co_await net::fetch(loop, std::move(post));
  if (!response) co_return fail(response.error());
  if (response->status < 200 || response->status > 299) {
    co_return fail(Code::unavailable, fmt::format("it answered {}", response->status));
  }
  co_return Result<void>();
}

}  // namespace holdfast::approvals
