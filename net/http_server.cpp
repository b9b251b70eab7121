#include "net/http_server.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <cstring>

#include "net/awaited.hpp"
#include "net/http_parse.hpp"
#include "net/linger.hpp"
#include "net/server_state.hpp"

namespace holdfast::net {
namespace {

std::string name_of(const Socket& socket) {
  boost::system::error_code error;
  const auto endpoint = socket.remote_endpoint(error);
  if (error) return "unknown";
  const std::string address = endpoint.address().to_string();
  return fmt::format(fmt::runtime(endpoint.address().is_v6() ? "[{}]:{}" : "{}:{}"), address,
                     endpoint.port());
}

}  // namespace

HttpServer::State::State(Loop* its_loop, Socket its_socket, ServerLimits its_limits)
    : loop(its_loop),
      limits(its_limits),
      peer(name_of(its_socket)),
      socket(std::move(its_socket)),
      buffer(its_limits.header_bytes, true),
      woken(its_loop) {}

HttpServer::HttpServer(Loop* loop, Socket socket, ServerLimits limits)
    : state_(std::make_shared<State>(loop, std::move(socket), limits)) {}

HttpServer::~HttpServer() {
  close();
}

std::string HttpServer::peer() const {
  return state_->peer;
}

bool HttpServer::State::stop() {
  if (closed) return false;
  closed = true;
  reading.disarm();
  writing_deadline.disarm();
  look_again.disarm();
  stop_watching = true;
  woken.set();
  boost::system::error_code ignored;
  socket.cancel(ignored);
  return true;
}

void HttpServer::close() {
  // Of an answer that is not taken the kernel would keep a part for minutes, for a reader that has stopped.
  if (state_->write_timed_out) return reset();
  if (state_->tls && !state_->closed && !state_->writing) state_->tls->say_goodbye();
  if (state_->stop()) linger_close(state_->loop, std::move(state_->socket));
}

void HttpServer::reset() {
  if (!state_->stop()) return;
  boost::system::error_code ignored;
  state_->socket.set_option(asio::socket_base::linger(true, 0), ignored);
  state_->socket.close(ignored);
}

void HttpServer::State::give_up(bool* flag) {
  *flag = true;
  boost::system::error_code ignored;
  socket.cancel(ignored);
}

std::optional<Result<std::size_t>> HttpServer::State::receive_now(std::span<char> to) {
  if (!early.empty()) {
    const std::size_t taken = std::min(to.size(), early.size());
    std::memcpy(to.data(), early.data(), taken);
    early.erase(0, taken);
    return taken;
  }
  if (tls) {
    if (auto got = tls->read(to)) {
      fin = fin || (*got && **got == 0);
      present = present && got->has_value();
      return got;
    }
  }
  if (read_timed_out) return fail(Code::timeout, "the client was silent for too long");
  return std::nullopt;
}

Result<std::size_t> HttpServer::State::received(const boost::system::error_code& error, std::size_t got) {
  // Bytes that came just before the deadline are not lost: they may be a request on a connection that was
  // idle.
  if (!error) return got;
  if (read_timed_out) return fail(Code::timeout, "the client was silent for too long");
  if (error == asio::error::eof) {
    fin = true;
    return std::size_t{0};
  }
  present = false;
  return fail(Code::closed, "the client's connection broke: " + error.message());
}

task<Result<void>> HttpServer::State::rest() {
  if (tls && tls->holds_data()) co_return Result<void>();
  const auto [error] = co_await socket.async_wait(asio::socket_base::wait_read, kAwaited);
  if (read_timed_out) co_return fail(Code::closed, "no request came on an idle connection");
  if (error) co_return fail(Code::closed, "the client's connection broke: " + error.message());
  co_return Result<void>();
}

// The head that has come; nullopt while some of it is missing.
std::optional<Result<RequestHead>> HttpServer::State::take_head() {
  const auto raw = buffer.head();
  if (!raw) return fail(raw.error());
  if (!*raw) return std::nullopt;
  auto head = parse_request_head(**raw, limits.headers, std::move(lines));
  if (!head) return head;
  buffer.start_body(head->framing, head->content_length);
  owes_continue = head->expects_continue && !buffer.body_finished();
  failed = false;
  return head;
}

void HttpServer::take_back(HeaderList headers) {
  if (headers.capacity() <= kUsualHeaders) state_->lines = std::move(headers);
}

void HttpServer::forget_message() {
  State& s = *state_;
  if (s.failed || !s.buffer.body_finished()) return;
  s.buffer.next_message();
  s.whole = {};
  std::string().swap(s.body);
  // What was pipelined behind it stays where it is.
  if (s.buffer.untouched()) s.buffer.give_back();
}

task<Result<RequestHead>> HttpServer::read_head() {
  State& s = *state_;
  if (s.failed || !s.buffer.body_finished()) {
    co_return fail(Code::internal, "the request before was not read to its end");
  }
  s.failed = true;  // until this head is read
  s.buffer.next_message();
  s.have_whole = s.owes_continue = s.stop_watching = s.read_timed_out = false;
  s.whole = {};
  std::string().swap(s.body);

  bool begun = !s.buffer.untouched() || !s.early.empty();
  // A new connection rests until it speaks, one that has spoken once it has been quiet for a while.
  bool resting = !begun && !s.buffer.holds_memory();
  bool may_rest = !begun && !resting && s.limits.idle > s.limits.rest_after;
  const auto idle = may_rest ? s.limits.rest_after : s.limits.idle;
  const DeadlineScope scope(s.loop->deadlines(), s.reading, begun ? s.limits.header_time : idle);
  while (true) {
    if (auto head = s.take_head()) co_return std::move(*head);
    if (resting) {
      const auto spoke = co_await s.rest();
      if (!spoke) co_return fail(spoke.error());
      resting = false;
    }
    const auto room = s.buffer.room();
    Result<std::size_t> got = 0;
    if (auto here = s.receive_now(room)) {
      got = std::move(*here);
    } else if (s.tls) {
      got = co_await s.receive_tls(room.data(), room.size());
    } else {
      const auto [error, n] =
          co_await s.socket.async_read_some(asio::buffer(room.data(), room.size()), kAwaited);
      got = s.received(error, n);
    }
    if (!got && got.error().code == Code::timeout && s.buffer.untouched()) {
      if (!may_rest || s.closed) co_return fail(Code::closed, "no request came on an idle connection");
      may_rest = false;
      s.buffer.give_back();
      HeaderList().swap(s.lines);
      s.read_timed_out = false;
      s.loop->deadlines().arm(s.reading, s.limits.idle - s.limits.rest_after);
      resting = true;
      continue;
    }
    if (!got) co_return fail(got.error());
    if (*got == 0) {
      if (s.buffer.untouched()) co_return fail(Code::closed, "the client ended the connection");
      co_return fail(Code::malformed, "the connection ended in the middle of a head");
    }
    s.buffer.filled(*got);
    if (begun) continue;
    begun = true;
    s.read_timed_out = false;
    s.loop->deadlines().arm(s.reading, s.limits.header_time);
  }
}

bool HttpServer::body_finished() const {
  return !state_->failed && state_->buffer.body_finished();
}

Result<bool> HttpServer::State::send_step(std::size_t* sent) {
  if (closed) return fail(Code::closed, "the connection is closed");
  if (!unsent_probe.empty()) {
    const std::array<std::string_view, 1> rest{unsent_probe};
    Pieces probe(rest);
    const auto n = push(probe);
    if (!n) return fail(n.error());
    unsent_probe.erase(0, *n);
    *sent += *n;
    if (!unsent_probe.empty()) return false;
  }
  const auto n = push(unsent);
  if (!n) return fail(n.error());
  *sent += *n;
  return unsent.done();
}

std::optional<Result<void>> HttpServer::State::outcome_of(const Result<bool>& step) {
  writing = step && !*step;
  if (writing) return std::nullopt;
  unsent = {};
  if (step) return Result<void>();
  present = false;
  return fail(step.error());
}

std::optional<Result<void>> HttpServer::State::write_now(std::span<const std::string_view> pieces) {
  unsent = Pieces(pieces);
  std::size_t sent = 0;
  return outcome_of(send_step(&sent));
}

task<Result<void>> HttpServer::State::write_rest() {
  // However the write ends, by cancellation too: its pieces are gone then.
  struct Ending {
    State* state;
    ~Ending() {
      state->writing = false;
      state->unsent = {};
    }
  };
  const Ending ending{this};
  write_timed_out = false;
  const DeadlineScope scope(loop->deadlines(), writing_deadline, limits.write_idle);
  while (true) {
    // A reader's deadline cancels this wait too: then we merely try again.
    co_await socket.async_wait(asio::socket_base::wait_write, kAwaited);
    if (write_timed_out) {
      present = false;
      co_return fail(Code::timeout, "the client did not take its answer in time");
    }
    std::size_t sent = 0;
    if (auto done = outcome_of(send_step(&sent))) co_return std::move(*done);
    if (sent > 0) loop->deadlines().arm(writing_deadline, limits.write_idle);
  }
}

task<Result<void>> HttpServer::State::write(std::span<const std::string_view> pieces) {
  if (auto done = write_now(pieces)) co_return std::move(*done);
  co_return co_await write_rest();
}

std::optional<Result<void>> HttpServer::write_now(std::span<const std::string_view> pieces) {
  return state_->write_now(pieces);
}

task<Result<void>> HttpServer::write_rest() {
  return state_->write_rest();
}

task<Result<void>> HttpServer::write(std::span<const std::string_view> pieces) {
  return state_->write(pieces);
}

}  // namespace holdfast::net
