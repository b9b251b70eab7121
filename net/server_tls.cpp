#include "net/server_tls.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <array>
#include <cstring>
#include <fstream>
#include <iterator>

#include "core/errno_text.hpp"
#include "net/client_certificate.hpp"

namespace holdfast::net {
namespace {

constexpr std::array<unsigned char, 9> kHttp11{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
// What one record holds.
constexpr std::size_t kRecord = 16 << 10;

std::string last_error() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  if (ERR_SYSTEM_ERROR(code)) return errno_text(ERR_GET_REASON(code));
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  return reason == nullptr ? "the connection broke" : reason;
}

// A client that offers protocols and not ours is refused (RFC 7301 §3.2).
int choose_protocol(SSL*, const unsigned char** out, unsigned char* size, const unsigned char* offered,
                    unsigned length, void*) {
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, size, kHttp11.data(), kHttp11.size(), offered, length) !=
      OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

Result<std::string> bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(file), {}};
  if (!file && bytes.empty()) return fail(Code::unavailable, fmt::format("{} cannot be read", path));
  return bytes;
}

}  // namespace

struct ServerTls::Context {
  SSL_CTX* ctx = SSL_CTX_new(TLS_server_method());
  Context() = default;
  ~Context() { SSL_CTX_free(ctx); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
};

ServerTls::ServerTls(std::unique_ptr<Context> context, std::string authority)
    : context_(std::move(context)), authority_(std::move(authority)) {}

ServerTls::~ServerTls() = default;

Result<std::shared_ptr<const ServerTls>> ServerTls::make(const TlsFiles& files, Clients clients) {
  auto context = std::make_unique<Context>();
  SSL_CTX* ctx = context->ctx;
  const auto failed = [](std::string what) -> tl::unexpected<Error> {
    return fail(Code::unavailable, fmt::format("{}: {}", what, last_error()));
  };
  if (ctx == nullptr || SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) != 1)
    return failed("TLS cannot be set up");
  SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(ctx, 0);
  SSL_CTX_set_mode(
      ctx, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_alpn_select_cb(ctx, choose_protocol, nullptr);
  if (SSL_CTX_use_certificate_chain_file(ctx, files.cert.c_str()) != 1)
    return failed(fmt::format("the certificate {} cannot be read", files.cert));
  if (SSL_CTX_use_PrivateKey_file(ctx, files.key.c_str(), SSL_FILETYPE_PEM) != 1)
    return failed(fmt::format("the key {} cannot be read, or is not that of {}", files.key, files.cert));
  std::string authority;
  if (!files.client_ca.empty()) {
    auto bytes = bytes_of(files.client_ca);
    if (!bytes) return fail(bytes.error());
    authority = std::move(*bytes);
    if (SSL_CTX_load_verify_file(ctx, files.client_ca.c_str()) != 1)
      return failed(fmt::format("the CA file {} cannot be read", files.client_ca));
    if (STACK_OF(X509_NAME)* names = SSL_load_client_CA_file(files.client_ca.c_str()))
      SSL_CTX_set_client_CA_list(ctx, names);
    // Of those who may show none, who does not is let in, and is nobody: agents with a token are served
    // beside those with a certificate.
    const int refuse = clients == Clients::must_show ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0;
    SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER | refuse, nullptr);
  }
  ERR_clear_error();
  return std::shared_ptr<const ServerTls>(new ServerTls(std::move(context), std::move(authority)));
}

struct TlsSession::Ssl {
  explicit Ssl(SSL* made) : ssl(made) {}
  ~Ssl() { SSL_free(ssl); }
  Ssl(const Ssl&) = delete;
  Ssl& operator=(const Ssl&) = delete;
  SSL* const ssl;
};

TlsSession::TlsSession(std::shared_ptr<const ServerTls> tls, int fd)
    : tls_(std::move(tls)), ssl_(std::make_unique<Ssl>(SSL_new(tls_->context_->ctx))) {
  broken_ = ssl_->ssl == nullptr || SSL_set_fd(ssl_->ssl, fd) != 1;
  if (!broken_) SSL_set_accept_state(ssl_->ssl);
}

TlsSession::~TlsSession() = default;

std::optional<Result<void>> TlsSession::shake_hands() {
  if (broken_) return fail(Code::unavailable, "TLS cannot be set up");
  ERR_clear_error();
  const int done = SSL_do_handshake(ssl_->ssl);
  if (done == 1) {
    certificate_ = certificate_of(ssl_->ssl);
    if (certificate_) certificate_->authority = tls_->authority();
    return Result<void>();
  }
  const int why = SSL_get_error(ssl_->ssl, done);
  wants_write_ = why == SSL_ERROR_WANT_WRITE;
  if (wants_write_ || why == SSL_ERROR_WANT_READ) return std::nullopt;
  broken_ = true;
  const long verdict = SSL_get_verify_result(ssl_->ssl);
  if (verdict != X509_V_OK) {
    ERR_clear_error();
    return fail(Code::malformed, fmt::format("the client's certificate does not hold: {}",
                                             X509_verify_cert_error_string(verdict)));
  }
  return fail(Code::malformed, fmt::format("the TLS handshake failed: {}", last_error()));
}

std::optional<Result<std::size_t>> TlsSession::read(std::span<char> to) {
  if (broken_) return fail(Code::closed, "the TLS connection broke");
  ERR_clear_error();
  std::size_t got = 0;
  const int done = SSL_read_ex(ssl_->ssl, to.data(), to.size(), &got);
  wants_write_ = false;
  if (done == 1) return got;
  const int why = SSL_get_error(ssl_->ssl, done);
  wants_write_ = why == SSL_ERROR_WANT_WRITE;
  if (wants_write_ || why == SSL_ERROR_WANT_READ) return std::nullopt;
  if (why == SSL_ERROR_ZERO_RETURN) return std::size_t{0};
  broken_ = true;
  return fail(Code::closed, fmt::format("the client's connection broke: {}", last_error()));
}

bool TlsSession::holds_data() const {
  return !broken_ && SSL_pending(ssl_->ssl) > 0;
}

Result<std::size_t> TlsSession::write(Pieces& pieces) {
  std::size_t total = 0;
  std::array<char, kRecord> record;  // NOLINT(cppcoreguidelines-pro-type-member-init): filled as far as sent
  while (!pieces.done()) {
    if (broken_) return fail(Code::closed, "the TLS connection broke");
    const std::size_t size = pieces.copy(record);
    ERR_clear_error();
    std::size_t sent = 0;
    const int done = SSL_write_ex(ssl_->ssl, record.data(), size, &sent);
    if (done != 1) {
      const int why = SSL_get_error(ssl_->ssl, done);
      if (why == SSL_ERROR_WANT_WRITE || why == SSL_ERROR_WANT_READ) break;
      broken_ = true;
      return fail(Code::closed, fmt::format("the connection took no more bytes: {}", last_error()));
    }
    total += sent;
    pieces.advance(sent);
  }
  return total;
}

void TlsSession::say_goodbye() {
  if (broken_ || SSL_in_init(ssl_->ssl) != 0) return;
  SSL_shutdown(ssl_->ssl);
  ERR_clear_error();
  broken_ = true;
}

}  // namespace holdfast::net
