// TLS of our own listeners: 1.2 or later, HTTP/1.1 and nothing else by ALPN, the certificates of clients
// verified. No session is resumed: a certificate is looked at on every connection.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/result.hpp"
#include "core/tls_files.hpp"
#include "net/send.hpp"

namespace holdfast::net {

// A client's certificate that was verified at the handshake.
struct ClientCertificate {
  std::string subject;             // RFC 4514
  std::vector<std::string> names;  // subjectAltName: `DNS:bot.example`, `URI:spiffe://example/bot`
  WallTime until;                  // notAfter
  std::string authority;           // the bytes of the client_ca it was verified by
};

// Whether a client whose certificate is asked for (TlsFiles::client_ca) is let in without one.
enum class Clients { may_show, must_show };

// The files of one listener, read. Immutable; every thread.
class ServerTls {
 public:
  // Error: unavailable, naming the file.
  static Result<std::shared_ptr<const ServerTls>> make(const TlsFiles& files, Clients clients);
  ~ServerTls();
  ServerTls(const ServerTls&) = delete;
  ServerTls& operator=(const ServerTls&) = delete;
  [[nodiscard]] const std::string& authority() const { return authority_; }
  // What a connection has shown, or null: whether it would be let in now. Not asked where clients may show
  // none.
  [[nodiscard]] bool admits(const ClientCertificate* shown, WallTime now) const {
    return authority_.empty() || (shown != nullptr && shown->authority == authority_ && now < shown->until);
  }

 private:
  friend class TlsSession;
  struct Context;
  ServerTls(std::unique_ptr<Context> context, std::string authority);
  const std::unique_ptr<Context> context_;
  const std::string authority_;
};

// One connection's, over a socket that does not block and outlives it, in a process that ignores SIGPIPE.
// What cannot be done now is tried again when the socket is ready: for writing if wants_write(), else for
// reading. Loop thread only.
class TlsSession {
 public:
  TlsSession(std::shared_ptr<const ServerTls> tls, int fd);
  ~TlsSession();
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  // Nullopt: not yet. Error: malformed, why it failed.
  std::optional<Result<void>> shake_hands();
  [[nodiscard]] bool wants_write() const { return wants_write_; }
  // Of a client that showed one; after the handshake.
  [[nodiscard]] const std::optional<ClientCertificate>& certificate() const { return certificate_; }

  // 0: the peer's end. Nullopt: nothing is here. Error: closed.
  std::optional<Result<std::size_t>> read(std::span<char> to);
  // Something was decrypted that nobody has read; the socket does not tell of it.
  [[nodiscard]] bool holds_data() const;
  // As send_now(). Begun, the same bytes must be written next.
  Result<std::size_t> write(Pieces& pieces);
  // A close_notify, if there is room for it now.
  void say_goodbye();

 private:
  struct Ssl;
  const std::shared_ptr<const ServerTls> tls_;
  const std::unique_ptr<Ssl> ssl_;
  std::optional<ClientCertificate> certificate_;
  bool wants_write_ = false;
  bool broken_ = false;
};

}  // namespace holdfast::net
