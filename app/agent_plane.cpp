#include "app/agent_plane.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "net/offload.hpp"
#include "proxy/asynchronous.hpp"

namespace holdfast::app {
namespace {

constexpr std::chrono::seconds kDrain{10};

int loops_wanted(int loops) {
  return loops > 0 ? loops : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

}  // namespace

AgentPlane::AgentPlane(proxy::Shared* shared, int loops) : shared_(shared), lanes_(loops_wanted(loops)) {
  for (std::size_t i = 0; i < lanes_.size(); ++i)
    lanes_[i].loop = std::make_unique<net::Loop>(static_cast<int>(i));
}

AgentPlane::~AgentPlane() {
  for (Lane& lane : lanes_) {
    if (lane.thread.joinable()) lane.thread.join();
  }
}

Result<std::string> AgentPlane::listen(const std::string& host, const std::string& port,
                                       const std::string& name) {
  std::vector<net::Loop*> loops;
  for (Lane& lane : lanes_)
    loops.push_back(lane.loop.get());
  auto listening = net::listen(host, port, loops);
  if (!listening) return fail(listening.error());
  for (std::size_t i = 0; i < lanes_.size(); ++i)
    lanes_[i].acceptors.emplace_back(name, std::move(listening->acceptors[i]));
  return listening->address;
}

Result<void> AgentPlane::open_intents(const std::filesystem::path& data_dir) {
  for (Lane& lane : lanes_) {
    auto intents = receipts::IntentFile::open(data_dir, lane.loop->index());
    if (!intents) return fail(intents.error());
    lane.worker = std::make_unique<proxy::Worker>(lane.loop.get(), shared_, std::move(*intents));
    lane.tasks = std::make_unique<net::TaskGroup>(lane.loop.get());
  }
  return {};
}

void AgentPlane::run_stored(const std::string& hold) {
  const Lane& lane = lanes_[std::hash<std::string>()(hold) % lanes_.size()];
  net::post_to(lane.loop->executor(), [worker = lane.worker.get(), hold] {
    // The next start does.
    if (!worker->shared->draining.load(std::memory_order_relaxed))
      worker->background.spawn(proxy::run_stored(worker, hold));
  });
}

void AgentPlane::start() {
  running_ = static_cast<int>(lanes_.size());
  for (Lane& lane : lanes_) {
    for (const auto& [name, acceptor] : lane.acceptors)
      lane.tasks->spawn(proxy::accept_connections(lane.worker.get(), acceptor.get(), name));
    lane.thread = std::thread([loop = lane.loop.get()] { loop->run(); });
  }
}

void AgentPlane::fence(std::function<void()> passed) {
  const std::lock_guard lock(over_m_);
  std::vector<net::Loop*> loops;
  for (const Lane& lane : lanes_) {
    if (!lane.over) loops.push_back(lane.loop.get());
  }
  if (loops.empty()) return passed();
  auto left = std::make_shared<std::atomic<std::size_t>>(loops.size());
  for (net::Loop* loop : loops) {
    net::post_to(loop->executor(), [left, passed] {
      if (--*left == 0) passed();
    });
  }
}

void AgentPlane::wake_waiting() {
  for (Lane& lane : lanes_) {
    net::post_to(lane.loop->executor(), [worker = lane.worker.get()] {
      for (net::Signal* signal : worker->waiting.all())
        signal->set();
    });
  }
}

void AgentPlane::forget_connections() {
  for (Lane& lane : lanes_)
    net::post_to(lane.loop->executor(), [worker = lane.worker.get()] { worker->pool.forget(); });
}

void AgentPlane::collect(metrics::Page* page) const {
  std::vector<const proxy::Metrics*> loops;
  for (const Lane& lane : lanes_)
    loops.push_back(&lane.worker->metrics);
  proxy::collect(*shared_, loops, page);
}

net::task<void> AgentPlane::drain_lane(Lane* lane) {
  co_await proxy::drain(lane->worker.get(), kDrain);
  {
    const std::lock_guard lock(over_m_);
    lane->over = true;
  }
  // Behind the fences that were put up before.
  net::post_to(lane->loop->executor(), [this, lane] {
    lane->loop->stop();
    --running_;
  });
}

void AgentPlane::begin_drain() {
  shared_->draining = true;
  for (Lane& lane : lanes_) {
    net::post_to(lane.loop->executor(), [this, &lane] {
      for (const auto& [name, acceptor] : lane.acceptors)
        acceptor->close();
      lane.tasks->spawn(drain_lane(&lane));
    });
  }
}

}  // namespace holdfast::app
