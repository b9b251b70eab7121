// HttpClient over a socket, plain or TLS: what the pool hands out and fetch() uses. Loop thread only.
#pragma once

#include <optional>

#include "net/dial.hpp"
#include "net/http_client.hpp"
#include "net/message_buffer.hpp"
#include "net/send.hpp"
#include "net/tls.hpp"

namespace holdfast::net {

class Connection final : public HttpClient {
 public:
  Connection(Loop* loop, Endpoint endpoint, Socket socket);

  // Error: unavailable, timeout.
  task<Result<void>> handshake(std::shared_ptr<TlsContext> context, SteadyTime until);

  bool reused() const override { return reused_; }
  bool fresh() override;
  task<Result<void>> write(std::span<const std::string_view> pieces) override;
  std::optional<Result<void>> write_now(std::span<const std::string_view> pieces) override;
  task<Result<void>> write_rest() override;
  bool accepted() const override { return accepted_; }
  task<Result<ResponseHead>> read_head(std::string method) override;
  void take_back(HeaderList headers) override;
  task<Result<std::string_view>> read_body_some() override;
  std::optional<Result<std::string_view>> body_here() override;
  std::optional<std::string_view> whole_body_here() override;
  void set_read_timeout(std::chrono::milliseconds silence) override { silence_ = silence; }
  void cancel() override;

  // Its last response was complete, nothing followed it, and the peer means to keep the connection. What
  // comes later, fresh() finds before the connection is used again.
  [[nodiscard]] bool reusable();
  void prepare_reuse();
  [[nodiscard]] const Endpoint& endpoint() const { return endpoint_; }

 private:
  Result<void> check_unasked();
  // One step of a write; nullopt while some of it is left.
  std::optional<Result<void>> write_step();
  task<Result<void>> write_rest_plain();
  task<Result<void>> write_rest_tls();
  std::optional<Result<ResponseHead>> take_head(std::string_view method);
  // Where the next bytes go; as long as they may take, `patience` waits for them.
  asio::mutable_buffer begin_read(std::optional<DeadlineScope>* patience);
  // One read into the buffer; false at the peer's end.
  task<Result<bool>> fill();
  // What a read brought.
  Result<bool> filled(const boost::system::error_code& error, std::size_t got);
  Error ended_in_head();
  Error broken(Error error) {
    broken_ = true;
    return error;
  }
  Error why(const boost::system::error_code& error, const char* doing) const;
  Result<void> check_nothing_follows();
  void give_up(bool* flag);

  Loop* const loop_;
  const Endpoint endpoint_;
  Socket socket_;
  std::optional<TlsStream> tls_;
  MessageBuffer buffer_;
  HeaderList lines_;                          // the memory of the next head's
  Pieces unsent_;                             // of the write under way; plain
  std::span<const std::string_view> pieces_;  // likewise; TLS
  std::string record_;                        // what is written over TLS, put together
  std::chrono::milliseconds silence_;
  int interim_ = 0;  // responses before the one that is read
  bool reused_ = false;
  bool asked_ = false;  // something has been written on it
  bool accepted_ = false;
  bool answered_ = false;  // a whole response has been read, and none is owed
  bool keep_alive_ = false;
  bool broken_ = false;
  bool write_failed_ =
      false;  // an answer may be there all the same: who refuses a long body need not read it
  bool cancelled_ = false;
  bool read_timed_out_ = false;
  bool write_timed_out_ = false;
  Deadline reading_{[this] { give_up(&read_timed_out_); }};
  Deadline writing_{[this] { give_up(&write_timed_out_); }};
};

// Dials, and shakes hands if the endpoint is TLS (`context` is then not null), all within endpoint.connect.
task<Result<std::unique_ptr<Connection>>> open_connection(Loop* loop, Endpoint endpoint,
                                                          std::shared_ptr<TlsContext> context,
                                                          AddressFilter allow);

}  // namespace holdfast::net
