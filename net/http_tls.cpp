// HttpServer over TLS: the handshake, and what is read and written then. The session does what it can without
// waiting; the waiting is done here, on the socket.
#include "net/awaited.hpp"
#include "net/http_server.hpp"
#include "net/server_state.hpp"

namespace holdfast::net {

task<Result<void>> HttpServer::shake_hands(std::shared_ptr<const ServerTls> tls) {
  State& s = *state_;
  boost::system::error_code error;
  s.socket.native_non_blocking(true, error);
  if (error) co_return fail(Code::closed, "the client's connection broke: " + error.message());
  s.tls = std::make_unique<TlsSession>(std::move(tls), s.socket.native_handle());
  s.read_timed_out = false;
  const DeadlineScope scope(s.loop->deadlines(), s.reading, s.limits.header_time);
  while (true) {
    if (auto shaken = s.tls->shake_hands()) co_return std::move(*shaken);
    const auto ready = s.tls->wants_write() ? asio::socket_base::wait_write : asio::socket_base::wait_read;
    const auto [failed] = co_await s.socket.async_wait(ready, kAwaited);
    if (s.read_timed_out)
      co_return fail(Code::timeout, "the client did not finish the TLS handshake in time");
    if (failed) co_return fail(Code::closed, "the client's connection broke: " + failed.message());
  }
}

std::shared_ptr<const ClientCertificate> HttpServer::certificate() const {
  if (!state_->tls || !state_->tls->certificate()) return nullptr;
  return std::make_shared<const ClientCertificate>(*state_->tls->certificate());
}

task<Result<std::size_t>> HttpServer::State::receive_tls(char* to, std::size_t n) {
  while (true) {
    const auto ready = tls->wants_write() ? asio::socket_base::wait_write : asio::socket_base::wait_read;
    const auto [error] = co_await socket.async_wait(ready, kAwaited);
    if (error) co_return received(error, 0);
    if (auto got = receive_now({to, n})) co_return std::move(*got);
  }
}

Result<std::size_t> HttpServer::State::push(Pieces& pieces) {
  return tls ? tls->write(pieces) : send_now(socket.native_handle(), pieces);
}

}  // namespace holdfast::net
