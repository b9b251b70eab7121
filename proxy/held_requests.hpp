// Which MCP requests are waiting for a decision, so that `notifications/cancelled`, which comes on another
// connection and perhaps another loop, finds the one it means.
#pragma once

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

// Thread-safe; touched by held calls and cancellations only.
class HeldRequests {
 public:
  // `cancel` is called at most once, on whatever thread cancels: post from it.
  void add(const HeldRequestName& name, std::function<void()> cancel);
  void remove(const HeldRequestName& name);
  // True when it was waiting here.
  bool cancel(const HeldRequestName& name);

 private:
  std::mutex m_;
  std::map<HeldRequestName, std::function<void()>> waiting_;  // guarded by m_
};

}  // namespace holdfast::proxy
