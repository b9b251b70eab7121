// TLS of our own listeners, against OpenSSL's client.
#include "net/server_tls.hpp"

#include <gmock/gmock.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <csignal>

#include "tests/net/certificates.hpp"
#include "tests/net/server_fixture.hpp"

namespace holdfast::net {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

const std::string kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

class ServerOverTls : public test::ServerTest {
 protected:
  ServerOverTls() {
    std::signal(SIGPIPE, SIG_IGN);  // as the program does
    const auto made = certificates_.issue("server", "IP:127.0.0.1");
    tls_ =
        ServerTls::make({made.cert_file, made.key_file, certificates_.ca_file()}, Clients::may_show).value();
  }
  ~ServerOverTls() override {
    SSL_free(ssl_);
    SSL_CTX_free(context_);
    ERR_clear_error();
  }

  // Shakes hands with both ends; `certificate` null: the client shows none.
  Result<void> shake_hands(const test::Certificates::Identity* certificate = nullptr) {
    auto shaking = thread_.start(server_->shake_hands(tls_));
    context_ = SSL_CTX_new(TLS_client_method());
    if (certificate != nullptr) {
      SSL_CTX_use_certificate_file(context_, certificate->cert_file.c_str(), SSL_FILETYPE_PEM);
      SSL_CTX_use_PrivateKey_file(context_, certificate->key_file.c_str(), SSL_FILETYPE_PEM);
    }
    ssl_ = SSL_new(context_);
    SSL_set_fd(ssl_, client_.fd());
    SSL_connect(ssl_);
    return shaking.get();
  }
  void send(std::string_view text) { SSL_write(ssl_, text.data(), static_cast<int>(text.size())); }
  std::string receive(std::size_t n) {
    std::string out(n, '\0');
    std::size_t have = 0;
    for (int got = 1; have < n && got > 0; have += static_cast<std::size_t>(std::max(got, 0)))
      got = SSL_read(ssl_, out.data() + have, static_cast<int>(n - have));
    out.resize(have);
    return out;
  }
  std::future<void> watch() {
    send(kGet);
    EXPECT_TRUE(read_head());
    return thread_.start(server_->wait_gone(": still waiting\n\n"));
  }

  test::Certificates certificates_;
  std::shared_ptr<const ServerTls> tls_;
  SSL_CTX* context_ = nullptr;
  SSL* ssl_ = nullptr;
};

TEST_F(ServerOverTls, CarriesRequestsAndAnswersLargerThanAnyBuffer) {
  ASSERT_TRUE(shake_hands());
  const std::string body(3 << 20, 'b');
  const std::string post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size());
  std::thread sending([&] { send(post + "\r\n\r\n" + body); });
  ASSERT_TRUE(read_head());
  const auto read = read_body(4 << 20);
  sending.join();
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_EQ(*read, body);
  auto writing = thread_.start(write_one(server_.get(), body));
  EXPECT_EQ(receive(body.size()), body);
  EXPECT_TRUE(writing.get());
}

// The socket is silent about it: what is left of a record stands in the session.
TEST_F(ServerOverTls, TakesARequestThatCameInTheRecordOfTheOneBefore) {
  ASSERT_TRUE(shake_hands());
  const std::string body(12'000, 'b');
  send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 12000\r\n\r\n" + body + kGet);
  ASSERT_TRUE(read_head());
  ASSERT_EQ(read_body(1 << 20).value(), body);
  const auto head = read_head();
  ASSERT_TRUE(head) << head.error().detail;
  EXPECT_EQ(head->method, "GET");
}

TEST_F(ServerOverTls, SaysWhoTheClientIs) {
  const auto made = certificates_.issue("bot", "DNS:bot.example,URI:spiffe://example/bot,IP:127.0.0.1");
  ASSERT_TRUE(shake_hands(&made));
  const auto certificate = server_->certificate();
  ASSERT_NE(certificate, nullptr);
  EXPECT_EQ(certificate->subject, "CN=bot");
  EXPECT_THAT(certificate->names, ElementsAre("DNS:bot.example", "URI:spiffe://example/bot"));
  EXPECT_EQ(certificate->authority, tls_->authority());
  const auto left = certificate->until - std::chrono::system_clock::now();
  EXPECT_TRUE(left > 0s && left <= 1h);
}

TEST_F(ServerOverTls, ANameThatReadsLikeSeveralIsWrittenAsTheOneItIs) {
  const auto made = certificates_.issue("bot,CN=root\n", "");
  ASSERT_TRUE(shake_hands(&made));
  const auto certificate = server_->certificate();
  ASSERT_NE(certificate, nullptr);
  EXPECT_EQ(certificate->subject, R"(CN=bot\,CN=root\0A)");
}

TEST_F(ServerOverTls, ACertificateWithANameThatSomeReadersEndEarlyIsNobodys) {
  const auto made = certificates_.issue("bot", "URI:spiffe://example/bot\x01root");
  ASSERT_TRUE(shake_hands(&made));
  EXPECT_EQ(server_->certificate(), nullptr);
}

TEST_F(ServerOverTls, OfWhoShowsNoneNothingIsKnown) {
  ASSERT_TRUE(shake_hands());
  EXPECT_EQ(server_->certificate(), nullptr);
}

TEST_F(ServerOverTls, ACertificateOfAnotherAuthorityEndsTheHandshake) {
  test::Certificates others;
  const auto made = others.issue("bot", "DNS:bot.example");
  const auto shaken = shake_hands(&made);
  ASSERT_FALSE(shaken);
  EXPECT_THAT(shaken.error().detail, testing::HasSubstr("the client's certificate does not hold"));
  EXPECT_EQ(server_->certificate(), nullptr);
}

TEST_F(ServerOverTls, ASilentClientEndsInTime) {
  ServerLimits limits;
  limits.header_time = 20ms;
  connect(limits);
  const auto shaken = thread_.run(server_->shake_hands(tls_));
  ASSERT_FALSE(shaken);
  EXPECT_EQ(shaken.error().code, Code::timeout);
}

TEST_F(ServerOverTls, WhoClosesIsGone) {
  ASSERT_TRUE(shake_hands());
  const auto watching = watch();
  SSL_shutdown(ssl_);
  client_.close();
  watching.wait();
  EXPECT_FALSE(server_->client_present());
}

TEST_F(ServerOverTls, WhoSaysOnlyThatNothingMoreComesStillWaits) {
  ASSERT_TRUE(shake_hands());
  const auto watching = watch();
  SSL_shutdown(ssl_);
  EXPECT_EQ(receive(17), ": still waiting\n\n") << "it was asked";
  EXPECT_TRUE(server_->client_present());
  EXPECT_TRUE(write("HTTP/1.1 200 OK\r\n\r\n"));
  EXPECT_EQ(receive(19), "HTTP/1.1 200 OK\r\n\r\n");
  thread_.on_loop([this] { server_->stop_watching(); });
  watching.wait();
}

TEST_F(ServerOverTls, WhatIsPipelinedWhileAnAnswerIsWaitedForIsTheNextRequest) {
  ASSERT_TRUE(shake_hands());
  const auto watching = watch();
  send("PUT /next HTTP/1.1\r\nHost: a\r\n\r\n");
  thread_.on_loop([this] { server_->stop_watching(); });
  watching.wait();
  const auto head = read_head();
  ASSERT_TRUE(head) << head.error().detail;
  EXPECT_EQ(head->method, "PUT");
}

TEST_F(ServerOverTls, AnEndIsSaidSoThatNobodyTakesACutForOne) {
  ASSERT_TRUE(shake_hands());
  close();
  char byte = 0;
  EXPECT_EQ(SSL_get_error(ssl_, SSL_read(ssl_, &byte, 1)), SSL_ERROR_ZERO_RETURN);
}

}  // namespace
}  // namespace holdfast::net
