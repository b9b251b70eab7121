// What one accepted connection keeps. Shared by http_server.cpp (messages) and http_presence.cpp (is anybody
// there). Loop thread only.
#pragma once

#include <boost/asio/cancellation_signal.hpp>
#include <optional>
#include <span>
#include <string>

#include "net/http_server.hpp"
#include "net/message_buffer.hpp"
#include "net/send.hpp"
#include "net/server_tls.hpp"
#include "net/signal.hpp"

namespace holdfast::net {

struct HttpServer::State : std::enable_shared_from_this<HttpServer::State> {
  State(Loop* its_loop, Socket its_socket, ServerLimits its_limits);

  // Constant.
  Loop* const loop;
  const ServerLimits limits;
  std::string peer;

  // Messages.
  Socket socket;
  std::unique_ptr<TlsSession> tls;  // over the socket; null: in the clear
  MessageBuffer buffer;
  HeaderList lines;        // the memory of the next head's
  std::string body;        // a whole body that did not fit the buffer
  std::string_view whole;  // what read_body() returned
  bool have_whole = false;
  std::size_t progress = 0;  // body bytes since `reading` was armed
  bool owes_continue = false;
  bool failed = false;  // a message could not be read: nothing after it can be
  bool closed = false;
  bool read_timed_out = false;
  bool write_timed_out = false;
  Deadline reading{[this] { give_up(&read_timed_out); }};
  Deadline writing_deadline{[this] { give_up(&write_timed_out); }};

  std::optional<Result<RequestHead>> take_head();

  // A read is one await between these two, in the coroutine that wants the bytes: `reading` is armed by it.
  // What can be had without waiting: bytes pipelined while we watched, or the end of our patience.
  std::optional<Result<std::size_t>> receive_now(std::span<char> to);
  // The same for a TLS connection, waiting as long as `reading` lets it.
  task<Result<std::size_t>> receive_tls(char* to, std::size_t n);
  // One step of a write: as much as there is room for now.
  Result<std::size_t> push(Pieces& pieces);
  // What an async_read_some brought; 0 is the peer's end.
  Result<std::size_t> received(const boost::system::error_code& error, std::size_t got);
  // Until the first bytes of a request may be there, with no memory waiting for them. `reading` is armed by
  // the caller.
  task<Result<void>> rest();
  // One read of body bytes. Error closed at the peer's end.
  task<Result<std::size_t>> receive_body(char* to, std::size_t n);
  task<Result<void>> fill_buffer();
  // A whole body, in the buffer behind its head or in `body`; sets `whole`.
  task<Result<void>> read_in_place();
  task<Result<void>> read_apart(std::size_t max);
  Error body_too_large(std::size_t max);
  task<Result<void>> continue_if_owed();
  std::optional<Result<void>> write_now(std::span<const std::string_view> pieces);
  task<Result<void>> write_rest();
  task<Result<void>> write(std::span<const std::string_view> pieces);
  void give_up(bool* flag);
  // What every end of the connection begins with; false if it has ended already.
  bool stop();
  // The interrupted probe first, then what is unsent. True when all is written.
  Result<bool> send_step(std::size_t* sent);
  // What a write comes to: nullopt while some of it is left.
  std::optional<Result<void>> outcome_of(const Result<bool>& step);

  // Presence.
  bool present = true;
  bool fin = false;  // the peer closed its end
  bool stop_watching = false;
  bool writing = false;      // a write is under way: no probe may come between its bytes
  Pieces unsent;             // what is left of it
  std::string early;         // pipelined while we watched
  std::string unsent_probe;  // the rest of a probe of which the kernel took a part
  bool wait_pending = false;
  bool pause_error_wait = false;
  SteadyTime next_probe{};
  Signal woken;
  asio::cancellation_signal cancel_wait;
  Deadline look_again{[this] {
    pause_error_wait = false;
    woken.set();
  }};

  void look(const std::string& probe);
  void take_early();
  void send_probe(const std::string& probe);
  void wait_for_change();
};

}  // namespace holdfast::net
