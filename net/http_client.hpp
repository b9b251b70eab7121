// Connections to upstreams: dialled or taken from a pool, TLS verified, and their responses held to the same
// framing rules as requests. Loop thread only.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/endpoint.hpp"
#include "core/result.hpp"
#include "net/http_message.hpp"
#include "net/loop.hpp"

namespace holdfast::net {

using holdfast::Endpoint;

class HttpClient {
 public:
  virtual ~HttpClient() = default;

  // True when it carried a request before: it may have been closed meanwhile.
  [[nodiscard]] virtual bool reused() const = 0;
  // Before a request: nothing has arrived on it since the last, or since it was made (session tickets apart),
  // not even its end.
  [[nodiscard]] virtual bool fresh() = 0;

  // Writes all pieces in one writev. On an error accepted() tells whether the kernel took any byte of this
  // request. The pieces belong to the caller until it returns.
  virtual task<Result<void>> write(std::span<const std::string_view> pieces) = 0;
  // The same without waiting: nullopt when the kernel did not take all. Then write_rest() must be awaited,
  // and the pieces belong to the caller until it returns.
  virtual std::optional<Result<void>> write_now(std::span<const std::string_view> pieces) = 0;
  virtual task<Result<void>> write_rest() = 0;
  [[nodiscard]] virtual bool accepted() const = 0;

  // The response's head; 1xx are skipped. Errors: closed, timeout, malformed (extra bytes, a 101, more than
  // eight 1xx, Content-Length with Transfer-Encoding, repeated Content-Length, header bytes over 64 KiB, a
  // body announced on 1xx or 204,
  // ...). `method` of the request decides whether there is a body (HEAD).
  virtual task<Result<ResponseHead>> read_head(std::string method) = 0;

  // The list of a head that is done with: the next head's stands in its memory.
  virtual void take_back(HeaderList headers) = 0;

  // The next decoded piece, at least one byte; empty at the end of the body. Valid until the next read. The
  // head's views stay valid until the next read_head().
  virtual task<Result<std::string_view>> read_body_some() = 0;

  // The same without waiting: nullopt when more has to be read first.
  virtual std::optional<Result<std::string_view>> body_here() = 0;

  // The whole body, if its length is known and it has all come with the head, as a short one does.
  virtual std::optional<std::string_view> whole_body_here() = 0;

  // Another silence limit for the reads to come (an SSE stream may be silent for long); zero: none.
  virtual void set_read_timeout(std::chrono::milliseconds silence) = 0;

  // From this loop, while a read is pending: it ends with Code::cancelled and the connection is not reused.
  virtual void cancel() = 0;
};

class ClientPool {
 public:
  explicit ClientPool(Loop* loop);
  ~ClientPool();

  // An idle connection that shows no sign of having been closed, or null.
  std::unique_ptr<HttpClient> take_idle(const Endpoint& endpoint);

  // An idle connection, or else a new one.
  task<Result<std::unique_ptr<HttpClient>>> connect(Endpoint endpoint);

  // A new one. Errors: unavailable (cannot resolve, refused, TLS verification failed: the sentence says
  // which), timeout. Nothing has been sent yet.
  task<Result<std::unique_ptr<HttpClient>>> dial(Endpoint endpoint);

  // Keeps it for the next call if its response was complete and well-formed and it may live on; else closes
  // it.
  void give_back(std::unique_ptr<HttpClient> client);

  // Closes what is idle and reads the certificate files again before the next connection.
  void forget();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace holdfast::net
