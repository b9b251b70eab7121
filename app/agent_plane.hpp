// The agent plane's threads: one loop, worker and listening socket each.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/result.hpp"
#include "net/listener.hpp"
#include "proxy/server.hpp"
#include "proxy/worker.hpp"

namespace holdfast::app {

class AgentPlane {
 public:
  // loops 0: one per core.
  AgentPlane(proxy::Shared* shared, int loops);
  ~AgentPlane();  // after drain, or before start

  // Binds, once for each listener (`name` empty: agent_plane.listen); connections wait until start(). The
  // address as bound.
  Result<std::string> listen(const std::string& host, const std::string& port, const std::string& name = {});
  // Opens the intent files, which clears them: recovery has read them.
  Result<void> open_intents(const std::filesystem::path& data_dir);
  void start();

  // From any thread, once the intents are open: the stored call of this hold is run. Always on the same loop,
  // which knows if it runs already.
  void run_stored(const std::string& hold);

  // From any thread: calls back, on any thread, once every loop has been between two events. What a loop
  // looked at before has then had its consequence.
  void fence(std::function<void()> passed);
  // From any thread: every call that waits looks again at what it waits for.
  void wake_waiting();
  // From any thread: what the snapshot's upstreams name is read again, and nothing idle outlives it.
  void forget_connections();
  // Any thread, once the intents are open.
  void collect(metrics::Page* page) const;

  // From any thread: takes no more connections and lets each loop drain. `drained` turns true when all have.
  void begin_drain();
  // From any thread, while it drains: what is still running is cut off now.
  void hurry() { shared_->hurry = true; }
  [[nodiscard]] bool drained() const { return running_.load() == 0; }

 private:
  struct Lane {
    std::unique_ptr<net::Loop> loop;
    std::unique_ptr<proxy::Worker> worker;
    std::unique_ptr<net::TaskGroup> tasks;
    std::vector<std::pair<std::string, std::unique_ptr<net::Acceptor>>> acceptors;  // by name
    std::thread thread;
    bool over = false;  // takes nothing more; guarded by over_m_
  };
  net::task<void> drain_lane(Lane* lane);

  proxy::Shared* const shared_;
  std::vector<Lane> lanes_;
  std::atomic<int> running_{0};
  std::mutex over_m_;
};

}  // namespace holdfast::app
