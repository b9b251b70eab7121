#include "app/agent_plane.hpp"

#include <algorithm>
#include <utility>

#include "net/offload.hpp"

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

Result<std::string> AgentPlane::listen(const std::string& host, const std::string& port) {
  std::vector<net::Loop*> loops;
  for (Lane& lane : lanes_)
    loops.push_back(lane.loop.get());
  auto listening = net::listen(host, port, loops);
  if (!listening) return fail(listening.error());
  for (std::size_t i = 0; i < lanes_.size(); ++i)
    lanes_[i].acceptor = std::move(listening->acceptors[i]);
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

void AgentPlane::start() {
  running_ = static_cast<int>(lanes_.size());
  for (Lane& lane : lanes_) {
    lane.tasks->spawn(proxy::accept_connections(lane.worker.get(), lane.acceptor.get()));
    lane.thread = std::thread([loop = lane.loop.get()] { loop->run(); });
  }
}

net::task<void> AgentPlane::drain_lane(Lane* lane) {
  co_await proxy::drain(lane->worker.get(), kDrain);
  --running_;
  lane->loop->stop();
}

void AgentPlane::begin_drain() {
  shared_->draining = true;
  for (Lane& lane : lanes_) {
    net::post_to(lane.loop->executor(), [this, &lane] {
      lane.acceptor->close();
      lane.tasks->spawn(drain_lane(&lane));
    });
  }
}

}  // namespace holdfast::app
