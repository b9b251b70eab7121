// One accepted connection, read as strictly as 03-calls "What the proxy accepts" asks of framing and syntax:
// what comes out of read_head() has exactly one reading. Loop thread only.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "net/http_message.hpp"
#include "net/loop.hpp"

namespace holdfast::net {

using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;

struct ServerLimits {
  std::size_t headers = 100;
  std::size_t header_bytes = 32 << 10;
  std::chrono::milliseconds header_time = std::chrono::seconds(10);  // from its first byte to the head's last
  std::chrono::milliseconds idle = std::chrono::seconds(75);         // between requests
  // A connection that is quiet for this long gives its buffer back: ten thousand of them keep none waiting.
  std::chrono::milliseconds rest_after = std::chrono::seconds(1);
  std::chrono::milliseconds body_idle = std::chrono::seconds(30);  // the longest silence inside a body
  std::chrono::milliseconds write_idle =
      std::chrono::seconds(30);  // the longest a write may make no progress
};

class ServerTls;
struct ClientCertificate;

class HttpServer {
 public:
  HttpServer(Loop* loop, Socket socket, ServerLimits limits);
  ~HttpServer();

  // TLS on this connection, within limits.header_time, before anything else is read. Error: malformed (why it
  // failed), timeout, closed; then close.
  task<Result<void>> shake_hands(std::shared_ptr<const ServerTls> tls);
  // Of a client that showed one; null otherwise.
  [[nodiscard]] std::shared_ptr<const ClientCertificate> certificate() const;

  // The next request's head. Errors: closed (the peer ended or stayed idle between requests: nobody to
  // answer), timeout (in the middle of a head), malformed (400), too_large (431), unsupported (501:
  // Transfer-Encoding other than chunked, an upgrade to WebSocket, CONNECT). After an error answer, then
  // close. The body before must have been read to its end. Refused here: bare LF or CR, obs-fold, space
  // before a colon, header names that are not tokens, controls in values, bytes >= 0x80 or controls in the
  // target, no Host or two, repeated or listed Content-Length, Transfer-Encoding with Content-Length or in
  // HTTP/1.0, versions other than HTTP/1.0 and 1.1, an absolute-form target whose authority differs from
  // Host, over the limits. `target` comes out in origin form.
  task<Result<RequestHead>> read_head();

  // The whole body, decoded, valid until the next read_head(). Answers `100 Continue` first if the head asked
  // for it. Errors: too_large (over max, or announced over max: nothing was read), malformed (chunk grammar),
  // closed, timeout. Chunk extensions are bounded and dropped, trailers dropped.
  task<Result<std::string_view>> read_body(std::size_t max);

  // The same without waiting: nullopt unless a body of known length, at most `max`, has all come with its
  // head.
  std::optional<std::string_view> body_here(std::size_t max);

  // The next decoded piece of the body, at least one byte; empty at its end. Valid until the next read.
  task<Result<std::string_view>> read_body_some();

  [[nodiscard]] bool body_finished() const;

  // The list of a head that is done with: the next head's stands in its memory.
  void take_back(HeaderList headers);

  // For a request that will wait long and has been read to its end: ends its views, and gives their memory
  // back.
  void forget_message();

  // All pieces in one writev, the non-blocking try first. The pieces belong to the caller until it returns.
  task<Result<void>> write(std::span<const std::string_view> pieces);

  // The same without waiting: nullopt when the kernel did not take all. Then write_rest() must be awaited,
  // and the pieces belong to the caller until it returns.
  std::optional<Result<void>> write_now(std::span<const std::string_view> pieces);
  task<Result<void>> write_rest();

  // Waits until the client is certainly gone: reset, or closed its end and then reset us in answer to `probe`
  // (written once its end is closed; an SSE comment or a 102 response; empty: no probe is possible, then its
  // FIN counts as gone). Pipelined bytes do not count. A half-closed client is still waiting (03-calls).
  // Returns at once after stop_watching(). At most one at a time, and nothing else may read meanwhile;
  // write() may run.
  task<void> wait_gone(std::string probe);
  void stop_watching();
  // False once wait_gone or a write has found the client gone.
  [[nodiscard]] bool client_present() const;

  // Before a release: true when the peer has not closed its end, or when a probe written now was acknowledged
  // without a reset (at most `wait`).
  task<bool> confirm_present(std::string probe, std::chrono::milliseconds wait);

  [[nodiscard]] std::string peer() const;  // address:port
  // Sends what the kernel holds, then FIN; a reset when a write has timed out. Safe to call twice.
  void close();
  // Ends the connection by a reset: for an answer that ends with its connection and was cut short, because
  // after a FIN it would look whole (RFC 9112 §8).
  void reset();

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared only with handlers that may come after it
};

}  // namespace holdfast::net
