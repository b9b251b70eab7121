#include <algorithm>
#include <map>
#include <tuple>

#include "net/connection.hpp"
#include "net/http_client.hpp"

namespace holdfast::net {
namespace {

constexpr std::size_t kMaxIdle = 64;  // per endpoint
// Below what servers commonly allow (Node: 5 s): a connection that its server closes just as a request is
// written would leave that call's outcome unknown.
constexpr std::chrono::seconds kMaxIdleAge{4};
constexpr std::chrono::milliseconds kPruneEvery{5'000};

}  // namespace

struct ClientPool::State {
  explicit State(Loop* its_loop) : loop(its_loop) {}

  struct Idle {
    std::unique_ptr<Connection> connection;
    SteadyTime since;
  };
  struct Shelf {
    Endpoint endpoint;
    std::vector<Idle> idle;  // oldest first
  };

  Shelf* find(const Endpoint& endpoint);
  std::unique_ptr<Connection> take(const Endpoint& endpoint);
  Result<std::shared_ptr<TlsContext>> context(const Endpoint& endpoint);
  void prune();

  Loop* const loop;
  std::vector<Shelf> shelves;  // one per upstream: few enough to look through
  std::map<std::tuple<std::string, std::string, std::string>, std::shared_ptr<TlsContext>> contexts;
  Deadline pruning{[this] { prune(); }};
};

ClientPool::State::Shelf* ClientPool::State::find(const Endpoint& endpoint) {
  const auto found = std::find_if(shelves.begin(), shelves.end(),
                                  [&endpoint](const Shelf& shelf) { return shelf.endpoint == endpoint; });
  return found == shelves.end() ? nullptr : &*found;
}

// The youngest that still lives.
std::unique_ptr<Connection> ClientPool::State::take(const Endpoint& endpoint) {
  Shelf* shelf = find(endpoint);
  const SteadyTime oldest = coarse_now() - kMaxIdleAge;
  while (shelf != nullptr && !shelf->idle.empty()) {
    Idle last = std::move(shelf->idle.back());
    shelf->idle.pop_back();
    if (last.since < oldest || !last.connection->fresh()) continue;
    last.connection->prepare_reuse();
    return std::move(last.connection);
  }
  return nullptr;
}

Result<std::shared_ptr<TlsContext>> ClientPool::State::context(const Endpoint& endpoint) {
  if (!endpoint.tls) return std::shared_ptr<TlsContext>();
  auto& kept = contexts[{endpoint.ca_file, endpoint.cert_file, endpoint.key_file}];
  if (kept == nullptr) {
    auto made = make_tls_context(endpoint);
    if (!made) return fail(made.error());
    kept = *made;
  }
  return kept;
}

void ClientPool::State::prune() {
  const SteadyTime oldest = coarse_now() - kMaxIdleAge;
  for (Shelf& shelf : shelves) {
    std::erase_if(shelf.idle,
                  [oldest](const Idle& idle) { return idle.since < oldest || !idle.connection->fresh(); });
  }
  std::erase_if(shelves, [](const Shelf& shelf) { return shelf.idle.empty(); });
  if (!shelves.empty()) loop->deadlines().arm(pruning, kPruneEvery);
}

ClientPool::ClientPool(Loop* loop) : state_(std::make_unique<State>(loop)) {}

ClientPool::~ClientPool() = default;

std::unique_ptr<HttpClient> ClientPool::take_idle(const Endpoint& endpoint) {
  return state_->take(endpoint);
}

task<Result<std::unique_ptr<HttpClient>>> ClientPool::connect(Endpoint endpoint) {
  if (auto idle = take_idle(endpoint)) co_return std::move(idle);
  co_return co_await dial(std::move(endpoint));
}

task<Result<std::unique_ptr<HttpClient>>> ClientPool::dial(Endpoint endpoint) {
  auto context = state_->context(endpoint);
  if (!context) co_return fail(context.error());
  auto opened = co_await open_connection(state_->loop, std::move(endpoint), std::move(*context), nullptr);
  if (!opened) co_return fail(opened.error());
  co_return std::unique_ptr<HttpClient>(std::move(*opened));
}

void ClientPool::forget() {
  state_->contexts.clear();
  state_->shelves.clear();
}

void ClientPool::give_back(std::unique_ptr<HttpClient> client) {
  auto* connection = dynamic_cast<Connection*>(client.get());
  if (connection == nullptr || !connection->reusable()) return;
  std::unique_ptr<Connection> kept(connection);
  static_cast<void>(client.release());
  State::Shelf* shelf = state_->find(kept->endpoint());
  if (shelf == nullptr) shelf = &state_->shelves.emplace_back(State::Shelf{kept->endpoint(), {}});
  if (shelf->idle.size() >= kMaxIdle) shelf->idle.erase(shelf->idle.begin());
  shelf->idle.push_back({std::move(kept), coarse_now()});
  // A deadline that is armed again would never come: leave the one that runs.
  if (!state_->pruning.is_linked()) state_->loop->deadlines().arm(state_->pruning, kPruneEvery);
}

}  // namespace holdfast::net
