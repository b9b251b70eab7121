// Exchanges the configuration of the running process (02-policy): whole or not at all, one at a time.
//
// The order, of which nothing is seen from outside before the fourth step:
//   1. read and check it; what has a mistake, or needs a restart, is refused
//   2. nothing is released any more (Shared::changing), and what was on its way to the log is in front of
//   3. the log's `policy` and `roster` entries; if they are not durable, the configuration is refused
//   4. in one turn of the control plane's loop: the control plane's roster, the desk's (behind every vote
//      that the one before let in, and in front of every other), and then the agent plane's snapshot
//   5. what was to be released looks at its approval again, by the policy of now
#pragma once

#include <array>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "app/agent_plane.hpp"
#include "app/configuration.hpp"
#include "app/record_configuration.hpp"
#include "approvals/channels/webhook.hpp"
#include "config/config.hpp"
#include "control/server.hpp"
#include "core/metrics_text.hpp"
#include "crypto/mark.hpp"
#include "net/task_group.hpp"
#include "pdp/server.hpp"
#include "policy/engine.hpp"
#include "proxy/record_hold.hpp"

namespace holdfast::app {

// Who holds a part of the configuration. All of them outlive the reloads.
struct Holders {
  proxy::Shared* shared;
  AgentPlane* agents;
  proxy::HoldRecorder* recorder;
  approvals::WebhookNotifier* webhooks;
  control::Server* server;
  pdp::Server* pdp;  // null: there is none
};

// What this machine and this start make of a configuration.
struct Settle {
  std::string control_address;  // as bound
  crypto::MarkKey marks;        // of the credentials that votes are cast by
  void operator()(config::Config* config) const;
};

// What was made of a configuration beside its values.
struct Made {
  std::shared_ptr<const policy::Policy> policy;
  AgentTls tls;
};

// A configuration as the agent plane takes it; everything of `session_key` is as it was. Takes over what was
// learnt `before`, which may be null.
[[nodiscard]] std::shared_ptr<const proxy::Snapshot> make_snapshot(const config::Config& config, Made made,
                                                                   const Recorded& recorded,
                                                                   std::string session_key,
                                                                   const proxy::Snapshot* before);

// Loop thread only, but collect(): the control plane's loop.
class Reloads {
 public:
  struct From {
    net::Loop* loop;
    net::Executor disk;
    std::filesystem::path path;
    config::Config running;  // as loaded
    Recorded recorded;
    Settle settle;
    Holders holders;
    std::function<void(config::Standing)> stands;  // told of every one that was read
  };
  explicit Reloads(From from);

  // The configuration may be another one. Those asked for while one is read are one, which comes behind it;
  // none begins while the process stops. `why` is for the log.
  void ask(std::string why);

  // Any thread.
  void collect(metrics::Page* page) const;

  // After the one under way. Await it before the holders go away.
  net::task<void> stop();

 private:
  enum class End { applied, refused, needs_restart, not_recorded };
  struct Next;

  net::task<void> work();
  net::task<End> reload();
  void exchange(std::shared_ptr<Next> next);
  void refuse(const std::string& why);

  const net::Executor disk_;
  const std::filesystem::path path_;
  const Settle settle_;
  const Holders to_;
  const std::function<void(config::Standing)> stands_;
  config::Config running_;
  Recorded recorded_;
  std::string why_;  // of what is asked for; empty: nothing is
  bool working_ = false;
  net::TaskGroup tasks_;
  std::array<metrics::Counter, 4> ends_;  // by End
};

}  // namespace holdfast::app
