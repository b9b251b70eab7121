#include "control/front.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/log.hpp"
#include "net/http_server.hpp"
#include "net/signal.hpp"
#include "net/task_group.hpp"

namespace holdfast::control {
namespace {

constexpr std::size_t kMaxConnections = 1000;
constexpr std::chrono::seconds kDrainTime{5};

// Where a connection goes from and to, asked once.
struct Ends {
  boost::asio::ip::address peer;
  boost::asio::ip::tcp::endpoint local;
};

std::optional<Ends> ends_of(const net::Socket& socket) {
  boost::system::error_code peer_error;
  boost::system::error_code local_error;
  const auto peer = socket.remote_endpoint(peer_error);
  const auto local = socket.local_endpoint(local_error);
  if (peer_error || local_error) return std::nullopt;
  return Ends{peer.address(), local};
}

// The answer to a head that could not be read, or nothing: then the peer is gone or silent.
std::optional<Response> refuse_head(const Front::Refuse& refuse, const Error& error) {
  if (error.code == Code::malformed) return refuse(400, error.detail);
  if (error.code == Code::too_large) return refuse(431, error.detail);
  if (error.code == Code::unsupported) return refuse(501, error.detail);
  return std::nullopt;
}

std::optional<Response> refuse_body(const Front::Refuse& refuse, const Error& error, std::size_t longest) {
  if (error.code == Code::malformed) return refuse(400, error.detail);
  if (error.code == Code::too_large) return refuse(413, fmt::format("bodies end here at {} bytes", longest));
  if (error.code == Code::timeout) return refuse(408, error.detail);
  return std::nullopt;
}

// What of a request decides how its answer is written.
struct Manner {
  bool http10 = false;
  bool keep_alive = false;
  bool without_body = false;  // HEAD
};

// What a connection showed of itself at its handshake.
struct Shown {
  bool tls = false;
  std::shared_ptr<const net::ClientCertificate> certificate = nullptr;  // null: none
};

// Counts a request that is being answered, and tells the drain when there is none left.
class Answering {
 public:
  Answering(std::size_t* count, net::Signal* none_left) : count_(count), none_left_(none_left) { ++*count_; }
  ~Answering() {
    if (--*count_ == 0) none_left_->set();
  }
  Answering(const Answering&) = delete;
  Answering& operator=(const Answering&) = delete;

 private:
  std::size_t* const count_;
  net::Signal* const none_left_;
};

}  // namespace

struct Front::State {
  State(net::Loop* its_loop, const Clock* its_clock, std::function<std::size_t()> longest, Answer its_answer,
        Refuse its_refuse)
      : loop(its_loop),
        clock(its_clock),
        longest_body(std::move(longest)),
        answer(std::move(its_answer)),
        refuse(std::move(its_refuse)),
        group(its_loop),
        none_left(its_loop) {}

  net::task<void> accept_all(net::Acceptor* acceptor);
  net::task<void> serve_connection(net::Socket socket);
  // `head` and `body` stay with the caller, and their bytes with its HttpServer.
  net::task<Response> respond(net::HttpServer* http, const net::RequestHead* head, std::string_view body,
                              Ends ends);
  // All three return whether the connection lives on.
  net::task<bool> shake_hands(net::HttpServer* http, Shown* shown);
  net::task<bool> serve_request(net::HttpServer* http, Ends ends, const Shown* shown);
  net::task<bool> send(net::HttpServer* http, Response response, Manner manner);

  net::Loop* const loop;
  const Clock* const clock;
  const std::function<std::size_t()> longest_body;
  // Certificates end, and a reload may ask for others, or for TLS, while a connection is open.
  [[nodiscard]] bool still_admits(const Shown& shown) const {
    return tls == nullptr || (shown.tls && tls->admits(shown.certificate.get(), clock->wall()));
  }

  const Answer answer;
  const Refuse refuse;
  std::shared_ptr<const net::ServerTls> tls;  // null: in the clear
  net::TaskGroup group;
  std::vector<std::unique_ptr<net::Acceptor>> acceptors;
  std::size_t answering = 0;
  bool draining = false;
  net::Signal none_left;
};

net::task<bool> Front::State::send(net::HttpServer* http, Response response, Manner manner) {
  const bool keep_alive = manner.keep_alive && !draining;
  const std::string head = head_text(response, clock->wall(), manner.http10, keep_alive);
  const std::array<std::string_view, 2> pieces{
      head, manner.without_body ? std::string_view() : std::string_view(response.body)};
  auto writing = http->write(pieces);
  const Result<void> written = co_await std::move(writing);
  co_return written.has_value() && keep_alive;
}

net::task<Response> Front::State::respond(net::HttpServer* http, const net::RequestHead* head,
                                          std::string_view body, Ends ends) {
  auto target = parse_target(head->target);
  if (!target) co_return refuse(400, target.error().detail);
  Request request{.method = head->method,
                  .target_text = head->target,
                  .target = std::move(*target),
                  .headers = head->headers,
                  .body = body,
                  .peer = ends.peer,
                  .local = ends.local.address(),
                  .local_port = ends.local.port(),
                  .connection = http,
                  .http10 = head->minor == 0,
                  .id = {},
                  .query = {},
                  .caller = {}};
  auto work = answer(&request);
  Response response = co_await std::move(work);
  co_return response;
}

net::task<bool> Front::State::shake_hands(net::HttpServer* http, Shown* shown) {
  if (tls == nullptr) co_return true;
  auto shaking = http->shake_hands(tls);
  const Result<void> shaken = co_await std::move(shaking);
  *shown = {true, http->certificate()};
  if (!shaken) log::warning("handshake_failed", {{"peer", http->peer()}, {"why", shaken.error().detail}});
  co_return shaken.has_value();
}

net::task<bool> Front::State::serve_request(net::HttpServer* http, Ends ends, const Shown* shown) {
  auto reading_head = http->read_head();
  const Result<net::RequestHead> head = co_await std::move(reading_head);
  const Answering mark(&answering, &none_left);
  std::optional<Response> response;
  Manner manner;
  if (!head) {
    response = refuse_head(refuse, head.error());
  } else {
    manner = {.http10 = head->minor == 0, .keep_alive = false, .without_body = head->method == "HEAD"};
    // The whole body, before anybody is authenticated, so that every refusal leaves the connection in step.
    const std::size_t longest = longest_body();
    auto reading_body = http->read_body(longest);
    const Result<std::string_view> body = co_await std::move(reading_body);
    if (!body) {
      response = refuse_body(refuse, body.error(), longest);
    } else if (!still_admits(*shown)) {
      response = problem(401, "this connection would not be let in any more: open another one");
    } else {
      manner.keep_alive = head->keep_alive;
      auto responding = respond(http, &*head, *body, ends);
      response = co_await std::move(responding);
    }
  }
  if (!response) co_return false;
  auto sending = send(http, std::move(*response), manner);
  const bool lives = co_await std::move(sending);
  co_return lives;
}

net::task<void> Front::State::serve_connection(net::Socket socket) {
  const std::optional<Ends> ends = ends_of(socket);
  if (!ends) co_return;
  net::HttpServer http(loop, std::move(socket), net::ServerLimits{});
  Shown shown;
  auto shaking = shake_hands(&http, &shown);
  bool lives = co_await std::move(shaking);
  while (lives && !draining) {
    auto serving = serve_request(&http, *ends, &shown);
    lives = co_await std::move(serving);
  }
  http.close();
}

net::task<void> Front::State::accept_all(net::Acceptor* acceptor) {
  while (!draining) {
    auto accepting = net::accept(acceptor);
    Result<net::Socket> socket = co_await std::move(accepting);
    if (!socket) co_return;
    // A flood of connections must not take the descriptors that the agent plane needs.
    if (group.size() < kMaxConnections) group.spawn(serve_connection(std::move(*socket)));
  }
}

Front::Front(net::Loop* loop, const Clock* clock, std::function<std::size_t()> longest_body, Answer answer,
             Refuse refuse)
    : state_(std::make_unique<State>(loop, clock, std::move(longest_body), std::move(answer),
                                     std::move(refuse))) {}
Front::~Front() = default;

void Front::set_tls(std::shared_ptr<const net::ServerTls> tls) {
  state_->tls = std::move(tls);
}

void Front::serve(std::unique_ptr<net::Acceptor> acceptor) {
  state_->acceptors.push_back(std::move(acceptor));
  state_->group.spawn(state_->accept_all(state_->acceptors.back().get()));
}

net::task<void> Front::drain() {
  State& state = *state_;
  state.draining = true;
  for (const auto& acceptor : state.acceptors) {
    boost::system::error_code ignored;
    acceptor->close(ignored);
  }
  state.none_left.clear();
  if (state.answering > 0) {
    auto finishing = state.none_left.wait_until(system_clock().steady() + kDrainTime);
    co_await std::move(finishing);
  }
  // What is left waits for a request, or has had its time.
  state.group.cancel();
  auto ending = state.group.wait();
  co_await std::move(ending);
}

}  // namespace holdfast::control
