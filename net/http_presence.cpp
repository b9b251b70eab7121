// Is the client still there? A FIN alone does not say: a half-closed client still waits for its answer, a
// closed one answers the next byte we send with a reset (RFC 9293 §3.6).
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <cerrno>

#include "net/awaited.hpp"
#include "net/http_server.hpp"
#include "net/server_state.hpp"
#include "net/tcp_state.hpp"

namespace holdfast::net {
namespace {

constexpr std::chrono::milliseconds kProbeEvery{10'000};
// After the error wait woke for something that is no error (urgent data), so that a client cannot make us
// spin.
constexpr std::chrono::milliseconds kErrorPause{1'000};
constexpr std::size_t kMaxEarly = 64 << 10;

}  // namespace

bool HttpServer::client_present() const {
  return state_->present;
}

void HttpServer::stop_watching() {
  state_->stop_watching = true;
  state_->woken.set();
}

task<void> HttpServer::wait_gone(std::string probe) {
  // However the wait ends, by cancellation or at shutdown too.
  struct Ending {
    std::shared_ptr<State> state;
    ~Ending() {
      state->look_again.disarm();
      state->stop_watching = false;
      state->cancel_wait.emit(asio::cancellation_type::total);
    }
  };
  const Ending ending{state_};
  State& s = *state_;
  s.pause_error_wait = false;
  while (true) {
    s.woken.clear();
    if (s.closed) s.present = false;
    if (s.present && !s.stop_watching) s.look(probe);
    if (!s.present || s.stop_watching) co_return;
    s.wait_for_change();
    co_await s.woken.wait_until(SteadyTime::max());
  }
}

// One look at the connection: takes what was pipelined, notices the end, probes when it is time.
void HttpServer::State::look(const std::string& probe) {
  const int fd = socket.native_handle();
  if (connection_broken(fd)) {
    present = false;
    return;
  }
  take_early();
  // With the buffer full we do not read on to the FIN, but the kernel knows of it.
  if (early.size() >= kMaxEarly) {
    fin = fin || peer_closed_its_end(fd);
    if (!fin && !look_again.is_linked()) loop->deadlines().arm(look_again, kProbeEvery);
  }
  if (!present || !fin) return;
  if (probe.empty()) {
    present = false;
    return;
  }
  const SteadyTime now = std::chrono::steady_clock::now();
  if (now >= next_probe) {
    next_probe = now + kProbeEvery;
    send_probe(probe);
  }
  const auto until = std::chrono::ceil<std::chrono::milliseconds>(next_probe - now);
  if (!pause_error_wait) loop->deadlines().arm(look_again, until);
}

void HttpServer::State::take_early() {
  std::array<char, 4096> bytes{};
  while (!fin && early.size() < kMaxEarly) {
    const std::size_t wanted = std::min(bytes.size(), kMaxEarly - early.size());
    if (tls) {
      const auto got = tls->read(std::span(bytes).first(wanted));
      if (!got) return;
      present = present && got->has_value();
      if (!*got) return;
      early.append(bytes.data(), **got);
      if (**got > 0) continue;
      fin = true;
      next_probe = {};
      return;
    }
    const ssize_t got = ::recv(socket.native_handle(), bytes.data(), wanted, MSG_DONTWAIT);
    if (got > 0) {
      early.append(bytes.data(), static_cast<std::size_t>(got));
    } else if (got == 0) {
      fin = true;
      next_probe = {};
    } else if (errno != EINTR) {
      if (errno != EAGAIN && errno != EWOULDBLOCK) present = false;
      return;
    }
  }
}

// What a write has under way serves as the probe: nothing may come between its bytes.
void HttpServer::State::send_probe(const std::string& probe) {
  if (writing) return;
  if (unsent_probe.empty()) unsent_probe = probe;
  const std::array<std::string_view, 1> rest{unsent_probe};
  Pieces pieces(rest);
  const auto sent = push(pieces);
  if (!sent) {
    present = false;
    return;
  }
  // Over TLS what was begun must be written.
  if (*sent == 0 && unsent_probe == probe && !tls) {
    unsent_probe.clear();  // nothing of it left; there is enough in flight to be answered
  } else {
    unsent_probe.erase(0, *sent);
  }
}

// Wakes `woken` when bytes, the end or an error come. A callback rather than an await, so that
// stop_watching() and the deadlines can wake the same coroutine without cancelling a write on this socket.
void HttpServer::State::wait_for_change() {
  const bool errors_only = fin || early.size() >= kMaxEarly;
  if (wait_pending || (errors_only && pause_error_wait)) return;
  wait_pending = true;
  auto on_change = [weak = weak_from_this(), errors_only](const boost::system::error_code& error) {
    const auto self = weak.lock();
    if (!self) return;
    self->wait_pending = false;
    if (errors_only && !error) {
      self->pause_error_wait = true;
      self->loop->deadlines().arm(self->look_again, kErrorPause);
    }
    self->woken.set();
  };
  socket.async_wait(errors_only ? asio::socket_base::wait_error : asio::socket_base::wait_read,
                    asio::bind_cancellation_slot(cancel_wait.slot(), std::move(on_change)));
}

task<bool> HttpServer::confirm_present(std::string probe, std::chrono::milliseconds wait) {
  State& s = *state_;
  const auto gone = [&s] {
    if (s.closed || connection_broken(s.socket.native_handle())) s.present = false;
    return !s.present;
  };
  if (gone()) co_return false;
  if (!peer_closed_its_end(s.socket.native_handle())) co_return true;
  if (probe.empty()) co_return false;
  s.send_probe(probe);

  // Nothing tells when bytes are acknowledged, so this looks again and again, for a short while.
  Timer timer(s.loop->context());
  const SteadyTime until = std::chrono::steady_clock::now() + wait;
  std::chrono::milliseconds pause{1};
  while (true) {
    const bool acknowledged =
        !s.closed && s.unsent_probe.empty() && !s.writing && unacknowledged(s.socket.native_handle()) == 0;
    // In this order: a reset outranks what was acknowledged before it.
    if (gone()) co_return false;
    if (acknowledged) co_return true;
    if (std::chrono::steady_clock::now() >= until) co_return false;
    timer.expires_after(pause);
    co_await timer.async_wait(kAwaited);
    pause = std::min(pause * 2, std::chrono::milliseconds(20));
  }
}

}  // namespace holdfast::net
