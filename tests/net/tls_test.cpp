// TLS towards upstreams, against a real OpenSSL server of the test's own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <array>
#include <optional>
#include <thread>
#include <utility>

#include "net/http_client.hpp"
#include "tests/net/certificates.hpp"
#include "tests/net/code_of.hpp"
#include "tests/net/loop_thread.hpp"
#include "tests/net/raw_socket.hpp"

namespace holdfast::net {
namespace {

using test::code_of;

using test::Certificates;
using test::RawSocket;
using testing::HasSubstr;

const std::string kRequest = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
const std::string kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

int choose_http11(SSL*, const unsigned char** out, unsigned char* size, const unsigned char* in,
                  unsigned in_size, void*) {
  static const unsigned char kWanted[] = "\x08http/1.1";
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, size, kWanted, 9, in, in_size) != OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

// One TLS connection, from the server's side, with blocking calls.
class TlsPeer {
 public:
  TlsPeer(SSL_CTX* context, RawSocket socket) : socket_(std::move(socket)), ssl_(SSL_new(context)) {
    SSL_set_fd(ssl_, socket_.fd());
    accepted_ = SSL_accept(ssl_) == 1;
  }
  ~TlsPeer() {
    SSL_free(ssl_);
    ERR_clear_error();
  }
  TlsPeer(const TlsPeer&) = delete;
  TlsPeer& operator=(const TlsPeer&) = delete;

  [[nodiscard]] bool accepted() const { return accepted_; }
  [[nodiscard]] SSL* ssl() { return ssl_; }
  RawSocket& socket() { return socket_; }
  std::string receive(std::size_t n) {
    std::string out(n, '\0');
    std::size_t have = 0;
    while (have < n) {
      const int got = SSL_read(ssl_, out.data() + have, static_cast<int>(n - have));
      if (got <= 0) break;
      have += static_cast<std::size_t>(got);
    }
    out.resize(have);
    return out;
  }
  void send(std::string_view text) { SSL_write(ssl_, text.data(), static_cast<int>(text.size())); }
  void finish() {
    SSL_shutdown(ssl_);
    socket_.half_close();
  }

 private:
  RawSocket socket_;
  SSL* ssl_;
  bool accepted_ = false;
};

task<Result<std::string>> call(ClientPool* pool, Endpoint endpoint, std::string body) {
  auto client = co_await pool->connect(std::move(endpoint));
  if (!client) co_return fail(client.error());
  const std::array<std::string_view, 2> pieces{kRequest, body};
  if (auto written = co_await (*client)->write(pieces); !written) co_return fail(written.error());
  const auto head = co_await (*client)->read_head("GET");
  if (!head) co_return fail(head.error());
  std::string all = (*client)->reused() ? "again:" : "";
  while (true) {
    const auto piece = co_await (*client)->read_body_some();
    if (!piece) co_return fail(piece.error());
    if (piece->empty()) break;
    all += *piece;
  }
  pool->give_back(std::move(*client));
  co_return all;
}

class Tls : public testing::Test {
 protected:
  Tls() : context_(SSL_CTX_new(TLS_server_method())) {
    endpoint_.host = "localhost";
    endpoint_.port = upstream_.port();
    endpoint_.tls = true;
    endpoint_.ca_file = certificates_.ca_file();
    serve_as(certificates_.issue("server", "DNS:localhost,IP:127.0.0.1"));
    SSL_CTX_set_alpn_select_cb(context_, choose_http11, nullptr);
    thread_.on_loop([this] { pool_ = std::make_unique<ClientPool>(thread_.loop()); });
  }
  ~Tls() override {
    thread_.on_loop([this] { pool_.reset(); });
    SSL_CTX_free(context_);
  }

  void serve_as(const Certificates::Identity& identity) {
    ASSERT_EQ(SSL_CTX_use_certificate_chain_file(context_, identity.cert_file.c_str()), 1);
    ASSERT_EQ(SSL_CTX_use_PrivateKey_file(context_, identity.key_file.c_str(), SSL_FILETYPE_PEM), 1);
  }
  std::future<Result<std::string>> start(std::string body = "") {
    return thread_.start(call(pool_.get(), endpoint_, std::move(body)));
  }
  // A handshake that must fail, and the sentence it fails with.
  std::string refused() {
    auto calling = start();
    {
      TlsPeer peer(context_, upstream_.accept());
      // In TLS 1.3 the server may be done before the client refuses; then it hears so now.
      EXPECT_EQ(peer.receive(kRequest.size()), "");
    }
    const auto answer = calling.get();
    EXPECT_FALSE(answer);
    if (answer) return "";
    EXPECT_EQ(code_of(answer), Code::unavailable);
    return answer.error().detail;
  }

  test::LoopThread thread_;
  test::RawListener upstream_;
  Certificates certificates_;
  SSL_CTX* context_;
  Endpoint endpoint_;
  std::unique_ptr<ClientPool> pool_;
};

TEST_F(Tls, RightNameAndAuthorityWorkWithSniAndAlpnAndTheConnectionIsKept) {
  auto calling = start();
  TlsPeer peer(context_, upstream_.accept());
  ASSERT_TRUE(peer.accepted());
  EXPECT_EQ(peer.receive(kRequest.size()), kRequest);
  EXPECT_STREQ(SSL_get_servername(peer.ssl(), TLSEXT_NAMETYPE_host_name), "localhost");
  const unsigned char* protocol = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(peer.ssl(), &protocol, &size);
  EXPECT_EQ(std::string(protocol, protocol + size), "http/1.1");
  peer.send(kOk);
  EXPECT_EQ(calling.get().value(), "ok");
  auto again = start();
  EXPECT_EQ(peer.receive(kRequest.size()), kRequest);
  peer.send(kOk);
  EXPECT_EQ(again.get().value(), "again:ok");
}

TEST_F(Tls, ANewConnectionIsFreshWithItsSessionTicketsUntilThePeerLeaves) {
  auto dialling = thread_.start(pool_->dial(endpoint_));
  std::optional<TlsPeer> peer(std::in_place, context_, upstream_.accept());
  auto client = dialling.get().value();
  thread_.on_loop([&] { EXPECT_TRUE(client->fresh()); });
  peer.reset();
  thread_.on_loop([&] { EXPECT_FALSE(std::exchange(client, nullptr)->fresh()); });
}

TEST_F(Tls, AddressesAreVerifiedToo) {
  endpoint_.host = "127.0.0.1";
  {
    auto calling = start();
    TlsPeer peer(context_, upstream_.accept());
    peer.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
    EXPECT_EQ(calling.get().value(), "ok");
  }
  serve_as(certificates_.issue("named", "DNS:localhost"));
  EXPECT_THAT(refused(), HasSubstr("IP address mismatch"));
}

TEST_F(Tls, WrongNameIsRefused) {
  serve_as(certificates_.issue("other", "DNS:other.example,DNS:*.localhost"));
  EXPECT_THAT(refused(), HasSubstr("the certificate of localhost does not hold: hostname mismatch"));
}

TEST_F(Tls, UnknownAuthorityIsRefused) {
  const Certificates others;
  endpoint_.ca_file = others.ca_file();
  EXPECT_THAT(refused(), HasSubstr("the certificate of localhost does not hold"));
  endpoint_.ca_file = "";
  EXPECT_THAT(refused(), HasSubstr("the certificate of localhost does not hold"));
}

TEST_F(Tls, Tls11IsRefused) {
  SSL_CTX_set_security_level(context_, 0);
  SSL_CTX_set_min_proto_version(context_, TLS1_VERSION);
  SSL_CTX_set_max_proto_version(context_, TLS1_1_VERSION);
  EXPECT_THAT(refused(), HasSubstr("the TLS handshake with localhost failed"));
}

TEST_F(Tls, ClientCertificateIsShownWhenAsked) {
  ASSERT_EQ(SSL_CTX_load_verify_locations(context_, certificates_.ca_file().c_str(), nullptr), 1);
  SSL_CTX_set_verify(context_, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  const auto identity = certificates_.issue("client", "DNS:agent");
  endpoint_.cert_file = identity.cert_file;
  endpoint_.key_file = identity.key_file;
  auto calling = start();
  {
    TlsPeer peer(context_, upstream_.accept());
    EXPECT_TRUE(peer.accepted());
    peer.send(kOk);
    EXPECT_EQ(calling.get().value(), "ok");
  }
  endpoint_.cert_file = endpoint_.key_file = "";
  auto without = start();
  {
    const TlsPeer peer(context_, upstream_.accept());
    EXPECT_FALSE(peer.accepted());
  }
  EXPECT_FALSE(without.get());
}

TEST_F(Tls, FilesThatCannotBeReadAreNamed) {
  endpoint_.ca_file = "/nonexistent/ca.pem";
  EXPECT_THAT(thread_.run(pool_->dial(endpoint_)).error().detail,
              HasSubstr("the CA file /nonexistent/ca.pem"));
  endpoint_.ca_file = certificates_.ca_file();
  endpoint_.cert_file = "/nonexistent/cert.pem";
  EXPECT_THAT(thread_.run(pool_->dial(endpoint_)).error().detail,
              HasSubstr("certificate /nonexistent/cert.pem"));
  endpoint_.cert_file = certificates_.issue("client", "DNS:agent").cert_file;
  endpoint_.key_file = certificates_.issue("second", "DNS:agent").key_file;
  EXPECT_THAT(thread_.run(pool_->dial(endpoint_)).error().detail,
              HasSubstr("is not that of the certificate"));
}

TEST_F(Tls, PlainUpstreamIsNoTlsUpstream) {
  auto calling = start();
  const RawSocket peer = upstream_.accept();
  peer.send(kOk);
  const auto answer = calling.get();
  ASSERT_FALSE(answer);
  EXPECT_EQ(code_of(answer), Code::unavailable);
}

TEST_F(Tls, SilentHandshakeTimesOut) {
  endpoint_.connect = std::chrono::milliseconds(50);
  auto calling = start();
  const RawSocket peer = upstream_.accept();
  EXPECT_EQ(code_of(calling.get()), Code::timeout);
}

TEST_F(Tls, OnlyACloseNotifyEndsABody) {
  for (const bool clean : {true, false}) {
    auto calling = start();
    TlsPeer peer(context_, upstream_.accept());
    EXPECT_EQ(peer.receive(kRequest.size()), kRequest);
    peer.send("HTTP/1.1 200 OK\r\n\r\nok");
    if (clean) {
      peer.finish();
      EXPECT_EQ(calling.get().value(), "ok");
    } else {
      peer.socket().half_close();
      EXPECT_EQ(code_of(calling.get()), Code::closed);
    }
  }
}

TEST_F(Tls, SmuggledSecondResponseIsFoundInARecordOfItsOwn) {
  for (int i = 0; i < 5; ++i) {
    auto calling = start();
    TlsPeer peer(context_, upstream_.accept());
    EXPECT_EQ(peer.receive(kRequest.size()), kRequest);
    // Both records in one segment: TCP holds them back while corked.
    const int on = 1;
    const int off = 0;
    ::setsockopt(peer.socket().fd(), IPPROTO_TCP, TCP_CORK, &on, sizeof on);
    peer.send(kOk);
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged");
    ::setsockopt(peer.socket().fd(), IPPROTO_TCP, TCP_CORK, &off, sizeof off);
    const auto answer = calling.get();
    ASSERT_FALSE(answer);
    EXPECT_EQ(code_of(answer), Code::malformed);
  }
}

TEST_F(Tls, LargeBodiesAreWrittenWhole) {
  const std::string large(1 << 20, 'x');
  auto calling = start(large);
  TlsPeer peer(context_, upstream_.accept());
  EXPECT_EQ(peer.receive(kRequest.size() + large.size()), kRequest + large);
  peer.send(kOk);
  EXPECT_EQ(calling.get().value(), "ok");
}

}  // namespace
}  // namespace holdfast::net
