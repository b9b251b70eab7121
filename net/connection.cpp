#include "net/connection.hpp"

#include <fmt/format.h>

#include <boost/asio/buffer.hpp>

#include "net/awaited.hpp"
#include "net/http_parse.hpp"
#include "net/tcp_state.hpp"

namespace holdfast::net {
namespace {

constexpr std::size_t kMaxHead = 64 << 10;
constexpr std::size_t kMaxHeaders = 256;
constexpr int kMaxInterim = 8;
// Pieces up to this size travel in one record; larger ones by themselves, uncopied.
constexpr std::size_t kRecord = 16 << 10;

}  // namespace

Connection::Connection(Loop* loop, Endpoint endpoint, Socket socket)
    : loop_(loop),
      endpoint_(std::move(endpoint)),
      socket_(std::move(socket)),
      buffer_(kMaxHead, false),
      silence_(endpoint_.read) {}

task<Result<void>> Connection::handshake(std::shared_ptr<TlsContext> context, SteadyTime until) {
  try {
    tls_.emplace(socket_, *context);
  } catch (const boost::system::system_error& failure) {
    co_return fail(Code::unavailable, fmt::format("TLS cannot be set up: {}", failure.what()));
  }
  if (auto expected = expect_host(*tls_, endpoint_.host); !expected) co_return expected;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - loop_->deadlines().now());
  const DeadlineScope scope(loop_->deadlines(), reading_, left);
  const auto [error] = co_await tls_->async_handshake(asio::ssl::stream_base::client, kAwaited);
  if (read_timed_out_) {
    co_return fail(Code::timeout, fmt::format("{} did not finish the TLS handshake in time", endpoint_.host));
  }
  if (error) co_return fail(handshake_failure(*tls_, endpoint_.host, error.message()));
  co_return check_protocol(*tls_, endpoint_.host);
}

void Connection::give_up(bool* flag) {
  *flag = true;
  boost::system::error_code ignored;
  socket_.cancel(ignored);
}

void Connection::cancel() {
  broken_ = true;
  give_up(&cancelled_);
}

Error Connection::why(const boost::system::error_code& error, const char* doing) const {
  if (cancelled_) return {Code::cancelled, "the call to the upstream was cancelled"};
  if (read_timed_out_) return {Code::timeout, "the upstream was silent for too long"};
  if (write_timed_out_) return {Code::timeout, "the upstream took no more bytes for too long"};
  return {Code::closed, fmt::format("the upstream's connection ended {}: {}", doing, error.message())};
}

// What has come before anything was asked for answers nothing of ours. The pool looks at the connections it
// keeps; one that is new is looked at here, when nothing has left yet.
Result<void> Connection::check_unasked() {
  if (cancelled_) return fail(why({}, ""));
  if (!asked_ && !(tls_ ? tls_quiet(*tls_) : quiet(socket_.native_handle()))) {
    return fail(broken({Code::closed, "the upstream spoke or left before it was asked anything"}));
  }
  asked_ = true;
  return {};
}

std::optional<Result<void>> Connection::write_step() {
  const auto sent = send_now(socket_.native_handle(), unsent_);
  accepted_ = accepted_ || sent.value_or(0) > 0;
  if (!sent) {
    write_failed_ = true;
    return fail(sent.error());
  }
  if (unsent_.done()) return Result<void>();
  if (*sent > 0) loop_->deadlines().arm(writing_, endpoint_.read);
  return std::nullopt;
}

std::optional<Result<void>> Connection::write_now(std::span<const std::string_view> pieces) {
  if (auto unasked = check_unasked(); !unasked) return unasked;
  pieces_ = pieces;
  unsent_ = Pieces(pieces);
  // What the kernel takes of it is for the TLS engine to find out.
  if (tls_) return std::nullopt;
  return write_step();
}

task<Result<void>> Connection::write_rest() {
  return tls_ ? write_rest_tls() : write_rest_plain();
}

task<Result<void>> Connection::write(std::span<const std::string_view> pieces) {
  if (auto done = write_now(pieces)) co_return std::move(*done);
  co_return co_await write_rest();
}

task<Result<void>> Connection::write_rest_plain() {
  const DeadlineScope scope(loop_->deadlines(), writing_, endpoint_.read);
  while (true) {
    const auto [error] = co_await socket_.async_wait(asio::socket_base::wait_write, kAwaited);
    if (error) co_return fail(broken(why(error, "while the request was written")));
    if (auto done = write_step()) co_return std::move(*done);
  }
}

task<Result<void>> Connection::write_rest_tls() {
  // The engine does not say what the kernel took of a record that failed, so any attempt counts.
  accepted_ = true;
  const std::span<const std::string_view> pieces = pieces_;
  std::size_t i = 0;
  while (i < pieces.size()) {
    record_.clear();
    std::string_view out = pieces[i++];
    if (out.size() < kRecord) {
      record_ = out;
      while (i < pieces.size() && record_.size() + pieces[i].size() <= kRecord)
        record_ += pieces[i++];
      out = record_;
    }
    while (!out.empty()) {
      const DeadlineScope scope(loop_->deadlines(), writing_, endpoint_.read);
      const auto [error, sent] = co_await tls_->async_write_some(asio::buffer(out), kAwaited);
      if (error) {
        write_failed_ = true;
        broken_ = broken_ || error == asio::error::operation_aborted;
        co_return fail(why(error, "while the request was written"));
      }
      out.remove_prefix(sent);
    }
  }
  co_return Result<void>();
}

Result<bool> Connection::filled(const boost::system::error_code& error, std::size_t got) {
  if (cancelled_ || read_timed_out_) return fail(broken(why(error, "")));
  buffer_.filled(got);
  if (!error) return true;
  // Over TLS only a close_notify is an end; anything else may be somebody cutting the answer short.
  if (error == asio::error::eof) return false;
  return fail(broken(why(error, "while its answer was read")));
}

asio::mutable_buffer Connection::begin_read(std::optional<DeadlineScope>* patience) {
  read_timed_out_ = false;
  if (silence_.count() > 0) patience->emplace(loop_->deadlines(), reading_, silence_);
  const auto room = buffer_.room();
  return asio::buffer(room.data(), room.size());
}

task<Result<bool>> Connection::fill() {
  if (cancelled_) co_return fail(why({}, ""));
  std::optional<DeadlineScope> patience;
  const auto into = begin_read(&patience);
  if (tls_) {
    const auto [error, got] = co_await tls_->async_read_some(into, kAwaited);
    co_return filled(error, got);
  }
  const auto [error, got] = co_await socket_.async_read_some(into, kAwaited);
  co_return filled(error, got);
}

Error Connection::ended_in_head() {
  const char* when = buffer_.untouched() ? "before it answered" : "in the middle of a response head";
  return broken({Code::closed, fmt::format("the upstream ended the connection {}", when)});
}

// The head that has come, past interim responses; nullopt while some of it is missing.
std::optional<Result<ResponseHead>> Connection::take_head(std::string_view method) {
  while (true) {
    const auto raw = buffer_.head();
    if (!raw) return fail(broken({Code::malformed, "the upstream's answer: " + raw.error().detail}));
    if (!*raw) return std::nullopt;
    auto head = parse_response_head(**raw, kMaxHeaders, method, std::move(lines_));
    if (!head) return fail(broken({Code::malformed, "the upstream's answer: " + head.error().detail}));
    if (head->status == 101)
      return fail(broken({Code::malformed, "the upstream switched protocols unasked"}));
    if (head->status < 200) {
      if (++interim_ > kMaxInterim)
        return fail(broken({Code::malformed, "the upstream sent too many interim responses"}));
      buffer_.next_message();
      continue;
    }
    keep_alive_ = head->keep_alive;
    buffer_.start_body(head->framing, head->content_length);
    if (buffer_.body_finished()) {
      if (auto clean = check_nothing_follows(); !clean) return fail(clean.error());
    }
    return head;
  }
}

task<Result<ResponseHead>> Connection::read_head(std::string method) {
  if (broken_ || !buffer_.body_finished()) {
    co_return fail(cancelled_ ? why({}, "")
                              : Error{Code::internal, "the response before was not read to its end"});
  }
  answered_ = false;
  interim_ = 0;
  buffer_.next_message();
  while (true) {
    if (auto head = take_head(method)) co_return std::move(*head);
    Result<bool> more = true;
    if (tls_ || cancelled_) {
      more = co_await fill();
    } else {  // the same, without a coroutine for it
      std::optional<DeadlineScope> patience;
      const auto [error, got] = co_await socket_.async_read_some(begin_read(&patience), kAwaited);
      more = filled(error, got);
    }
    if (!more) co_return fail(more.error());
    if (!*more) co_return fail(ended_in_head());
  }
}

void Connection::take_back(HeaderList headers) {
  if (headers.capacity() <= kUsualHeaders) lines_ = std::move(headers);
}

std::optional<Result<std::string_view>> Connection::body_here() {
  if (broken_) return fail(why({}, "in the middle of its answer"));
  const auto piece = buffer_.piece();
  if (!piece) return fail(broken({Code::malformed, "the upstream's answer: " + piece.error().detail}));
  if (!*piece) return std::nullopt;
  // With the last piece of known length too: it would complete the answer for whoever it is passed on to.
  if (buffer_.body_finished()) {
    if (auto clean = check_nothing_follows(); !clean) return fail(clean.error());
  }
  return **piece;
}

std::optional<std::string_view> Connection::whole_body_here() {
  // Whatever is not as it should be, body_here() finds and names.
  const bool whole = buffer_.left() > 0 && buffer_.unread().size() == buffer_.left();
  if (!whole || broken_ || (tls_ && holds_data(*tls_))) return std::nullopt;
  return body_here()->value();
}

task<Result<std::string_view>> Connection::read_body_some() {
  while (true) {
    if (auto here = body_here()) co_return std::move(*here);
    const auto more = co_await fill();
    if (!more) co_return fail(more.error());
    if (*more) continue;
    if (auto ended = buffer_.peer_ended(); !ended) co_return fail(broken(ended.error()));
  }
}

Result<void> Connection::check_nothing_follows() {
  if (!buffer_.unread().empty() || (tls_ && holds_data(*tls_))) {
    return fail(broken({Code::malformed, "bytes follow the upstream's answer that nobody asked for"}));
  }
  answered_ = true;
  return {};
}

bool Connection::reusable() {
  return answered_ && !broken_ && !write_failed_ && keep_alive_;
}

bool Connection::fresh() {
  const int fd = socket_.native_handle();
  // Behind a handshake of TLS 1.3 come session tickets, which nobody has read yet.
  if (tls_ && !asked_) return !connection_broken(fd) && !peer_closed_its_end(fd) && tls_quiet(*tls_);
  return quiet(fd) && (!tls_ || tls_quiet(*tls_));
}

void Connection::prepare_reuse() {
  reused_ = true;
  accepted_ = false;
  answered_ = false;
  read_timed_out_ = write_timed_out_ = false;
  silence_ = endpoint_.read;
}

task<Result<std::unique_ptr<Connection>>> open_connection(Loop* loop, Endpoint endpoint,
                                                          std::shared_ptr<TlsContext> context,
                                                          AddressFilter allow) {
  const SteadyTime until = loop->deadlines().now() + endpoint.connect;
  auto socket = co_await dial_tcp(loop, endpoint.host, endpoint.port, until, std::move(allow));
  if (!socket) co_return fail(socket.error());
  auto connection = std::make_unique<Connection>(loop, endpoint, std::move(*socket));
  if (endpoint.tls) {
    const auto shaken = co_await connection->handshake(std::move(context), until);
    if (!shaken) co_return fail(shaken.error());
  }
  co_return connection;
}

}  // namespace holdfast::net
