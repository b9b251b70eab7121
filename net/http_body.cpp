// The bodies of HttpServer: whole where they stand, whole in a string of their own, or piece by piece.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>

#include "net/awaited.hpp"
#include "net/http_server.hpp"
#include "net/server_state.hpp"

namespace holdfast::net {
namespace {

// A body read whole must grow by this much within body_idle, or a byte now and then would hold it open for
// ever.
constexpr std::size_t kLeastProgress = 1 << 10;
// A body over the buffer grows as it arrives: what is announced costs nothing.
constexpr std::size_t kBodyStep = 64 << 10;

}  // namespace

task<Result<void>> HttpServer::State::continue_if_owed() {
  if (!owes_continue) co_return Result<void>();
  owes_continue = false;
  // A client that has begun its body does not wait for permission (RFC 9110 §10.1.1).
  if (!buffer.unread().empty() || !early.empty()) co_return Result<void>();
  static constexpr std::array<std::string_view, 1> kContinue{"HTTP/1.1 100 Continue\r\n\r\n"};
  co_return co_await write(kContinue);
}

task<Result<std::size_t>> HttpServer::State::receive_body(char* to, std::size_t n) {
  Result<std::size_t> got = 0;
  if (auto here = receive_now({to, n})) {
    got = std::move(*here);
  } else if (tls) {
    got = co_await receive_tls(to, n);
  } else {
    const auto [error, count] = co_await socket.async_read_some(asio::buffer(to, n), kAwaited);
    got = received(error, count);
  }
  if (got && *got == 0) got = fail(Code::closed, "the connection ended in the middle of a body");
  if (!got) {
    failed = true;
    co_return got;
  }
  progress += *got;
  if (progress >= kLeastProgress) {
    progress = 0;
    loop->deadlines().arm(reading, limits.body_idle);
  }
  co_return got;
}

task<Result<void>> HttpServer::State::fill_buffer() {
  const auto room = buffer.room();
  const auto got = co_await receive_body(room.data(), room.size());
  if (!got) co_return fail(got.error());
  buffer.filled(*got);
  co_return Result<void>();
}

task<Result<std::string_view>> HttpServer::read_body_some() {
  State& s = *state_;
  if (s.failed) co_return fail(Code::internal, "the body before was not read to its end");
  if (auto told = co_await s.continue_if_owed(); !told) co_return fail(told.error());
  while (true) {
    const auto piece = s.buffer.piece();
    if (!piece) {
      s.failed = true;
      co_return fail(piece.error());
    }
    if (*piece) co_return **piece;
    s.read_timed_out = false;
    const DeadlineScope scope(s.loop->deadlines(), s.reading, s.limits.body_idle);
    if (auto got = co_await s.fill_buffer(); !got) co_return fail(got.error());
  }
}

std::optional<std::string_view> HttpServer::body_here(std::size_t max) {
  State& s = *state_;
  const bool whole = !s.failed && s.buffer.left() > 0 && s.buffer.left() <= max && s.buffer.whole_here();
  if (s.have_whole || !whole) return std::nullopt;
  s.owes_continue = false;  // who has sent its body does not wait for permission
  s.whole = s.buffer.piece()->value();
  s.have_whole = true;
  return s.whole;
}

task<Result<std::string_view>> HttpServer::read_body(std::size_t max) {
  State& s = *state_;
  if (s.have_whole) co_return s.whole;
  if (s.failed) co_return fail(Code::internal, "the body before was not read to its end");
  if (s.buffer.left() > max) co_return fail(s.body_too_large(max));
  if (auto told = co_await s.continue_if_owed(); !told) co_return fail(told.error());

  s.read_timed_out = false;
  s.progress = 0;
  const DeadlineScope scope(s.loop->deadlines(), s.reading, s.limits.body_idle);
  const bool in_place = s.buffer.left() > 0 && s.buffer.whole_fits();
  if (in_place) {
    if (auto read = co_await s.read_in_place(); !read) co_return fail(read.error());
  } else {
    if (auto read = co_await s.read_apart(max); !read) co_return fail(read.error());
  }
  s.have_whole = true;
  co_return s.whole;
}

Error HttpServer::State::body_too_large(std::size_t max) {
  failed = true;
  return {Code::too_large, fmt::format("the body is longer than {} bytes", max)};
}

task<Result<void>> HttpServer::State::read_in_place() {
  while (!buffer.whole_here()) {
    if (auto got = co_await fill_buffer(); !got) co_return got;
  }
  whole = buffer.piece()->value();
  co_return Result<void>();
}

task<Result<void>> HttpServer::State::read_apart(std::size_t max) {
  while (true) {
    const auto piece = buffer.piece();
    if (!piece) {
      failed = true;
      co_return fail(piece.error());
    }
    if (*piece && (*piece)->empty()) break;
    if (*piece) {
      if ((*piece)->size() > max - body.size()) co_return fail(body_too_large(max));
      body += **piece;
    } else if (buffer.left() == 0) {  // chunked
      if (auto got = co_await fill_buffer(); !got) co_return got;
    } else {
      // Straight to where it will stay.
      const std::size_t have = body.size();
      body.resize(have + std::min<std::uint64_t>(buffer.left(), std::max(kBodyStep, have)));
      const auto got = co_await receive_body(body.data() + have, body.size() - have);
      body.resize(have + got.value_or(0));
      if (!got) co_return fail(got.error());
      buffer.read_elsewhere(*got);
    }
  }
  whole = body;
  co_return Result<void>();
}

}  // namespace holdfast::net
