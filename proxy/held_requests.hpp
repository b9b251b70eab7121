// Which MCP requests are waiting for a decision, or for their upstream, so that `notifications/cancelled`,
// which comes on another connection and perhaps another loop, finds the one it means.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <tuple>

namespace holdfast::proxy {

// A request is named by who sent it, to which upstream, in which session, under which JSON id text.
struct HeldRequestName {
  std::string agent;
  std::string upstream;
  std::string session;
  std::string id;  // JSON text: 1 and "1" are two ids

  auto operator<=>(const HeldRequestName&) const = default;
};

// Thread-safe.
class HeldRequests {
 public:
  // Of one request, for remove(). Clients without a session may use one id for several requests at once.
  using Ticket = std::uint64_t;

  // `cancel` is called at most once, on whatever thread cancels: post from it.
  [[nodiscard]] Ticket add(const HeldRequestName& name, std::function<void()> cancel);
  // False when it was no longer there: somebody has cancelled it.
  bool remove(const HeldRequestName& name, Ticket ticket);
  // Cancels every request of that name: nothing runs that may have been meant. True when one was waiting
  // here.
  bool cancel(const HeldRequestName& name);

 private:
  struct Waiting {
    Ticket ticket;
    std::function<void()> cancel;
  };

  std::mutex m_;
  std::multimap<HeldRequestName, Waiting> waiting_;  // guarded by m_
  Ticket last_ = 0;                                  // guarded by m_
};

}  // namespace holdfast::proxy
