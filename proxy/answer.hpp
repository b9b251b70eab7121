// The way back to the caller. It knows whether a head has gone out, whether the answer is a plain response or
// a stream of events, whether the caller is still there, and keeps a copy when somebody is to read the answer
// later.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "approvals/hold.hpp"
#include "net/http_message.hpp"
#include "net/http_server.hpp"
#include "proxy/exchange.hpp"

namespace holdfast::proxy {

using HeaderList = std::vector<std::pair<std::string, std::string>>;

// Loop thread only. Every write that fails marks the caller as lost; nothing is reported twice.
class Answer {
 public:
  explicit Answer(Exchange* exchange) : exchange_(exchange) {}

  // Copies what is answered, at most `max` bytes of body, for somebody who reads it later.
  void keep(std::size_t max) { keep_max_ = max; }
  [[nodiscard]] std::optional<approvals::StoredResponse> kept() const;
  // For MCP: what is kept is this JSON-RPC message.
  void keep_message(std::string_view message);

  // A whole response of ours.
  net::task<void> respond(int status, HeaderList headers, std::string body);

  // A response that is relayed: head, pieces, end. `length` only with Framing::length.
  // The headers' views belong to the caller until end().
  net::task<void> begin(int status, std::vector<net::HeaderLine> headers, net::Framing framing,
                        std::uint64_t length);
  net::task<void> piece(std::string_view bytes);
  net::task<void> end();
  // The three in one write, for a body that is there and whole: whole(), then send_whole(), which is false
  // when the kernel did not take all of it. Then finish() must be awaited. The body's view belongs to the
  // caller until all of it is sent.
  void whole(int status, const std::vector<net::HeaderLine>& headers, std::string_view body);
  bool send_whole();
  net::task<void> finish();
  // The response cannot be completed: the connection is closed, or reset if its end would look like that of
  // the response, so that the caller sees it is cut short.
  void abandon();

  // A stream of events (SSE): its head goes out at once. Headers: an upstream's, or empty for a stream of
  // ours.
  net::task<void> begin_events(std::vector<net::HeaderLine> headers);
  net::task<void> event_bytes(std::string bytes);  // one or more whole events as they stand
  net::task<void> end_events();

  // Bytes that may be written to find out whether a silent client is still there; empty if nothing may.
  [[nodiscard]] std::string probe() const;
  // The same within a stream of events that is relayed.
  [[nodiscard]] std::string event_probe() const { return chunked_ ? "3\r\n:\n\n\r\n" : ":\n\n"; }

  [[nodiscard]] bool started() const { return started_; }
  [[nodiscard]] bool streaming_events() const { return events_ && !closed_; }
  // Everything that will be said has been said: nothing more may be written.
  [[nodiscard]] bool closed() const { return closed_; }
  [[nodiscard]] bool client_lost() const { return lost_; }
  void set_client_lost() { lost_ = true; }
  [[nodiscard]] bool keep_alive() const { return keep_alive_ && !lost_; }
  void close_after() { keep_alive_ = false; }

 private:
  net::task<void> send(std::string_view a, std::string_view b, std::string_view c);
  // The same without waiting: true when nothing is left to write, because it has gone or the caller has.
  bool send_now(std::string_view a, std::string_view b, std::string_view c);
  void sent(const Result<void>& written);
  // Fills pending_head_.
  void prepare(int status, const std::vector<net::HeaderLine>& headers, net::Framing framing,
               std::uint64_t length);
  // Room for a head.
  [[nodiscard]] std::string room() const;
  // Status line and headers, without the blank line.
  [[nodiscard]] std::string head_text(int status, const std::vector<net::HeaderLine>& headers) const;
  void copy(std::string_view bytes);

  Exchange* exchange_;
  bool started_ = false;
  bool events_ = false;
  bool lost_ = false;
  bool closed_ = false;
  bool chunked_ = false;
  bool until_close_ = false;  // the connection's end is the response's
  bool bodiless_ = false;
  bool keep_alive_ = true;
  std::string pending_head_;                // goes out with the first piece
  std::string_view whole_;                  // the body that goes with it, by send_whole()
  std::array<std::string_view, 3> pieces_;  // of the write under way

  std::optional<std::size_t> keep_max_;
  approvals::StoredResponse copy_;
  bool copied_ = false;
};

}  // namespace holdfast::proxy
