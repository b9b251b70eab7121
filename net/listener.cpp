#include "net/listener.hpp"

#include <fmt/format.h>

#include <boost/asio/ip/basic_resolver.hpp>
#include <cerrno>

#include "core/log.hpp"
#include "net/awaited.hpp"

namespace holdfast::net {
namespace {

using tcp = asio::ip::tcp;
using boost::system::error_code;
using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

constexpr std::chrono::milliseconds kShortagePause{100};
// Between closing the exclusive socket on port 0 and binding its port again, somebody else may take it.
constexpr int kPortAttempts = 5;

std::string text_of(const tcp::endpoint& endpoint) {
  const std::string address = endpoint.address().to_string();
  return fmt::format(fmt::runtime(endpoint.address().is_v6() ? "[{}]:{}" : "{}:{}"), address,
                     endpoint.port());
}

Result<tcp::endpoint> resolve(Loop* loop, const std::string& host, const std::string& port) {
  asio::ip::basic_resolver<tcp, Executor> resolver(loop->executor());
  error_code error;
  const auto found =
      resolver.resolve(host, port, tcp::resolver::passive | tcp::resolver::numeric_service, error);
  if (error || found.empty()) {
    return fail(Code::unavailable,
                fmt::format("{}:{} is no address to listen on: {}", host, port, error.message()));
  }
  return found.begin()->endpoint();
}

Result<std::unique_ptr<Acceptor>> bind(Loop* loop, const tcp::endpoint& endpoint, bool shared) {
  error_code error;
  auto acceptor = std::make_unique<Acceptor>(loop->executor());
  acceptor->open(endpoint.protocol(), error);
  // Connections of an earlier instance that linger in TIME_WAIT do not hold the port.
  if (!error) acceptor->set_option(asio::socket_base::reuse_address(true), error);
  if (!error && shared) acceptor->set_option(ReusePort(true), error);
  if (!error) acceptor->bind(endpoint, error);
  if (error == asio::error::address_in_use) {
    return fail(Code::unavailable, fmt::format("{} is in use by another process", text_of(endpoint)));
  }
  if (error) {
    return fail(Code::unavailable,
                fmt::format("{} cannot be listened on: {}", text_of(endpoint), error.message()));
  }
  return acceptor;
}

Result<Listening> listen_on(const tcp::endpoint& wanted, const std::vector<Loop*>& loops) {
  Listening listening;
  auto exclusive = bind(loops.front(), wanted, false);
  if (!exclusive) return fail(exclusive.error());
  error_code error;
  const tcp::endpoint bound = (*exclusive)->local_endpoint(error);
  if (error) return fail(Code::unavailable, "a bound socket has no address: " + error.message());
  listening.address = text_of(bound);
  if (loops.size() == 1) {
    listening.acceptors.push_back(std::move(*exclusive));
  } else {
    (*exclusive)->close(error);
    for (Loop* loop : loops) {
      auto acceptor = bind(loop, bound, true);
      if (!acceptor) return fail(acceptor.error());
      listening.acceptors.push_back(std::move(*acceptor));
    }
  }
  for (const auto& acceptor : listening.acceptors) {
    acceptor->listen(asio::socket_base::max_listen_connections, error);
    if (error == asio::error::address_in_use) {
      return fail(Code::unavailable, fmt::format("{} is in use by another process", listening.address));
    }
    if (error) {
      return fail(Code::unavailable,
                  fmt::format("{} cannot be listened on: {}", listening.address, error.message()));
    }
  }
  return listening;
}

bool short_of_something(const error_code& error) {
  return error.category() == boost::system::system_category() &&
         (error.value() == EMFILE || error.value() == ENFILE || error.value() == ENOBUFS ||
          error.value() == ENOMEM);
}

}  // namespace

Result<Listening> listen(const std::string& host, const std::string& port, const std::vector<Loop*>& loops) {
  const auto wanted = resolve(loops.front(), host, port);
  if (!wanted) return fail(wanted.error());
  auto listening = listen_on(*wanted, loops);
  for (int i = 1; !listening && wanted->port() == 0 && i < kPortAttempts; ++i) {
    listening = listen_on(*wanted, loops);
  }
  return listening;
}

task<Result<Socket>> accept(Acceptor* acceptor) {
  bool told = false;
  while (true) {
    auto [error, socket] = co_await acceptor->async_accept(kAwaited);
    if (!error) {
      socket.set_option(tcp::no_delay(true), error);
      co_return std::move(socket);
    }
    if (error == asio::error::operation_aborted || !acceptor->is_open()) {
      co_return fail(Code::cancelled, "the listener is closed");
    }
    if (!short_of_something(error)) continue;  // that connection went away before it was accepted
    if (!told) log::warning("accept_waits", {{"reason", error.message()}});
    told = true;
    Timer pause(acceptor->get_executor());
    pause.expires_after(kShortagePause);
    co_await pause.async_wait(kAwaited);
  }
}

}  // namespace holdfast::net
