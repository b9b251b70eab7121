// Notices to the approvers' webhooks, signed as Standard Webhooks asks, at least once: a receiver tells a
// duplicate by its webhook-id, `hf_out_<event>_<hold>_<hash of the approver>`, which is the same for every
// try and after a restart.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "approvals/channels/backoff.hpp"
#include "approvals/notifier.hpp"
#include "approvals/options.hpp"
#include "core/clock.hpp"
#include "core/metrics_text.hpp"
#include "net/fetch.hpp"
#include "net/loop.hpp"
#include "net/task.hpp"

namespace holdfast::approvals {

// The webhook-id of a notice. Holdfast's callback endpoint refuses ids that begin like it.
[[nodiscard]] std::string webhook_id(Event event, const std::string& hold, const std::string& approver);

// Whether a webhook may be sent to this address of `host`: public ones, this machine, and private ranges only
// when the host is in `allow_private_webhooks`.
[[nodiscard]] bool may_send_to(const Options& options, const std::string& host, const net::Address& address);

class WebhookNotifier final : public Notifier {
 public:
  // Told on the loop's thread when a request has certainly arrived; to be posted to the desk
  // (Desk::delivered).
  using Delivered = std::function<void(std::string hold, std::string approver)>;

  // `loop` and `clock` must outlive it. `options`: the roster's urls and secrets.
  WebhookNotifier(net::Loop* loop, Options options, const Clock* clock, Delivered delivered,
                  Retry retry = {});
  ~WebhookNotifier() override;

  // From the desk thread; only posts to the loop. `requested` is tried until the hold leaves pending, the
  // others a bounded number of times. Approvers in hold->notified are left out of `requested`.
  void notify(Event event, HoldPtr hold) override;

  // Loop thread only: another roster, from the next try on; who is not in it any more is told nothing.
  void set_options(Options options);

  // Any thread.
  void collect(metrics::Page* page) const;

  // Ends every delivery and waits for them. Loop thread only; await it before the loop stops.
  net::task<void> stop();

 private:
  struct State;
  const std::shared_ptr<State> state_;
};

}  // namespace holdfast::approvals
