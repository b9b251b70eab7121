#include "net/dial.hpp"

#include <fmt/format.h>

#include <boost/asio/ip/basic_resolver.hpp>
#include <charconv>
#include <vector>

#include "net/awaited.hpp"
#include "net/signal.hpp"

namespace holdfast::net {
namespace {

using tcp = asio::ip::tcp;
using Endpoints = std::vector<tcp::endpoint>;

std::chrono::milliseconds left_until(Loop* loop, SteadyTime until) {
  return std::chrono::ceil<std::chrono::milliseconds>(until - loop->deadlines().now());
}

// Shared with the resolver's handler: getaddrinfo cannot be interrupted, so at the deadline we leave it
// behind.
struct Lookup {
  explicit Lookup(Loop* loop) : resolver(loop->executor()), done(loop) {}
  asio::ip::basic_resolver<tcp, Executor> resolver;
  Signal done;
  bool answered = false;
  boost::system::error_code error;
  Endpoints found;
};

task<Result<Endpoints>> resolve(Loop* loop, std::string host, std::string port, SteadyTime until) {
  std::uint16_t number = 0;
  const auto [end, parsed] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (parsed != std::errc() || end != port.data() + port.size() || number == 0) {
    co_return fail(Code::unavailable, fmt::format("\"{}\" is not a port", port));
  }
  boost::system::error_code not_address;
  const auto address = asio::ip::make_address(host, not_address);
  if (!not_address) co_return Endpoints{tcp::endpoint(address, number)};

  const auto lookup = std::make_shared<Lookup>(loop);
  lookup->resolver.async_resolve(host, port, tcp::resolver::numeric_service,
                                 [lookup](const boost::system::error_code& error, const auto& results) {
                                   lookup->answered = true;
                                   lookup->error = error;
                                   for (const auto& entry : results)
                                     lookup->found.push_back(entry.endpoint());
                                   lookup->done.set();
                                 });
  Deadline deadline([&lookup] { lookup->done.set(); });
  const DeadlineScope scope(loop->deadlines(), deadline, left_until(loop, until));
  co_await lookup->done.wait_until(SteadyTime::max());
  if (!lookup->answered) {
    co_return fail(Code::timeout, fmt::format("the name {} was not resolved in time", host));
  }
  if (lookup->error || lookup->found.empty()) {
    co_return fail(Code::unavailable,
                   fmt::format("the name {} cannot be resolved: {}", host, lookup->error.message()));
  }
  co_return std::move(lookup->found);
}

task<Result<Socket>> connect_one(Loop* loop, tcp::endpoint endpoint, std::chrono::milliseconds within) {
  Socket socket(loop->executor());
  boost::system::error_code error;
  socket.open(endpoint.protocol(), error);
  if (error) co_return fail(Code::unavailable, "no socket can be opened: " + error.message());
  bool late = false;
  Deadline deadline([&late, &socket] {
    late = true;
    boost::system::error_code ignored;
    socket.cancel(ignored);
  });
  const DeadlineScope scope(loop->deadlines(), deadline, within);
  const auto [refused] = co_await socket.async_connect(endpoint, kAwaited);
  const std::string name = endpoint.address().to_string();
  if (late)
    co_return fail(Code::timeout, fmt::format("{} port {} did not answer in time", name, endpoint.port()));
  if (refused) {
    co_return fail(Code::unavailable,
                   fmt::format("{} port {} cannot be reached: {}", name, endpoint.port(), refused.message()));
  }
  socket.set_option(tcp::no_delay(true), error);
  co_return std::move(socket);
}

}  // namespace

task<Result<Socket>> dial_tcp(Loop* loop, std::string host, std::string port, SteadyTime until,
                              AddressFilter allow) {
  auto resolved = co_await resolve(loop, host, port, until);
  if (!resolved) co_return fail(resolved.error());
  Endpoints endpoints = std::move(*resolved);
  if (allow) std::erase_if(endpoints, [&allow](const tcp::endpoint& e) { return !allow(e.address()); });
  if (endpoints.empty()) {
    co_return fail(Code::forbidden, fmt::format("no address of {} may be called", host));
  }
  Error last{Code::timeout, fmt::format("{} was not reached in time", host)};
  for (std::size_t i = 0; i < endpoints.size(); ++i) {
    const auto left = left_until(loop, until);
    if (left.count() <= 0) break;
    // A silent address gets its share of the time, so that the next one has a chance.
    const auto share = left / static_cast<std::int64_t>(endpoints.size() - i);
    auto socket = co_await connect_one(loop, endpoints[i], share);
    if (socket) co_return socket;
    last = socket.error();
  }
  co_return fail(last);
}

}  // namespace holdfast::net
