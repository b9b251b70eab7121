// TLS of the planes that people and proxies use: a front over real sockets, asked by our own client.
#include "net/server_tls.hpp"

#include <gmock/gmock.h>

#include <array>
#include <csignal>

#include "control/front.hpp"
#include "net/fetch.hpp"
#include "net/http_client.hpp"
#include "tests/net/certificates.hpp"
#include "tests/net/loop_thread.hpp"
#include "tests/support/manual_clock.hpp"

namespace holdfast::control {
namespace {

using net::ServerTls;
using test::Certificates;
using testing::HasSubstr;

net::task<Response> answer_fine(Request*) {
  co_return json_answer("{}");
}

net::task<void> drain_front(Front* front) {
  co_await front->drain();
}

net::task<Result<std::unique_ptr<net::HttpClient>>> dial(net::ClientPool* pool, net::Endpoint endpoint) {
  co_return co_await pool->dial(std::move(endpoint));
}

// The status of the answer on this connection; 0 when there is none.
net::task<int> ask_on(net::HttpClient* client) {
  const std::string request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  const std::array<std::string_view, 1> pieces{request};
  if (auto written = co_await client->write(pieces); !written) co_return 0;
  const auto head = co_await client->read_head("GET");
  if (!head) co_return 0;
  while (true) {
    const auto piece = co_await client->read_body_some();
    if (!piece || piece->empty()) co_return head->status;
  }
}

class FrontOverTls : public testing::Test {
 protected:
  FrontOverTls() {
    std::signal(SIGPIPE, SIG_IGN);  // as the program does
    server_ = certificates_.issue("server", "IP:127.0.0.1");
    alice_ = certificates_.issue("alice", "");
    thread_.on_loop([this] {
      auto listening = net::listen("127.0.0.1", "0", {thread_.loop()}).value();
      port_ = std::to_string(listening.acceptors.front()->local_endpoint().port());
      front_ =
          std::make_unique<Front>(thread_.loop(), &clock_, [] { return std::size_t{1024}; }, answer_fine);
      front_->serve(std::move(listening.acceptors.front()));
      pool_ = std::make_unique<net::ClientPool>(thread_.loop());
    });
  }
  ~FrontOverTls() override {
    thread_.run(drain_front(front_.get()));
    thread_.on_loop([this] {
      pool_.reset();
      front_.reset();
    });
  }

  void demand(const std::string& client_ca) {
    auto tls = ServerTls::make({server_.cert_file, server_.key_file, client_ca}, net::Clients::must_show);
    ASSERT_TRUE(tls) << tls.error().detail;
    thread_.on_loop([&] { front_->set_tls(*tls); });
  }
  // The status of one request on a connection of its own; 0 when there was no answer, which `why_` explains.
  int fetched(const Certificates::Identity& showing = {}, const std::string& scheme = "https") {
    net::FetchRequest request;
    request.url = scheme + "://127.0.0.1:" + port_ + "/";
    request.ca_file = certificates_.ca_file();
    request.cert_file = showing.cert_file;
    request.key_file = showing.key_file;
    const auto response = thread_.run(net::fetch(thread_.loop(), request));
    why_ = response ? "" : response.error().detail;
    return response ? response->status : 0;
  }
  std::unique_ptr<net::HttpClient> connected(const Certificates::Identity& showing, bool tls = true) {
    net::Endpoint endpoint{.host = "127.0.0.1",
                           .port = port_,
                           .tls = tls,
                           .ca_file = certificates_.ca_file(),
                           .cert_file = showing.cert_file,
                           .key_file = showing.key_file};
    return thread_.run(dial(pool_.get(), endpoint)).value();
  }
  int asked_on(const std::unique_ptr<net::HttpClient>& client) { return thread_.run(ask_on(client.get())); }
  void close(std::unique_ptr<net::HttpClient> client) {
    thread_.on_loop([&] { client.reset(); });
  }

  Certificates certificates_, others_;
  Certificates::Identity server_, alice_;
  test::ManualClock clock_;
  test::LoopThread thread_;
  std::unique_ptr<Front> front_;
  std::unique_ptr<net::ClientPool> pool_;
  std::string port_, why_;
};

TEST_F(FrontOverTls, AnswersOverItAndNothingInTheClear) {
  demand("");
  EXPECT_EQ(fetched(), 200) << why_;
  EXPECT_EQ(fetched({}, "http"), 0);
}

TEST_F(FrontOverTls, WhoShowsNoCertificateOrAnothersIsRefusedAtTheHandshake) {
  demand(certificates_.ca_file());
  EXPECT_EQ(fetched(alice_), 200) << why_;
  EXPECT_EQ(fetched(), 0);
  EXPECT_EQ(fetched(others_.issue("alice", "")), 0);
}

TEST_F(FrontOverTls, AnOpenConnectionOfAnAuthorityThatIsNoLongerAskedGetsNoAnswer) {
  demand(certificates_.ca_file());
  auto client = connected(alice_);
  EXPECT_EQ(asked_on(client), 200);
  demand(certificates_.ca_file());
  EXPECT_EQ(asked_on(client), 200) << "the same authority, read again";
  demand(others_.ca_file());
  EXPECT_EQ(asked_on(client), 401);
  EXPECT_EQ(asked_on(client), 0) << "the answer was the last";
  close(std::move(client));
}

TEST_F(FrontOverTls, NorDoesOneWhoseCertificateHasEnded) {
  demand(certificates_.ca_file());
  auto client = connected(alice_);
  EXPECT_EQ(asked_on(client), 200);
  clock_.step_wall(system_clock().wall() - clock_.wall() + std::chrono::hours(2));
  EXPECT_EQ(asked_on(client), 401);
  close(std::move(client));
}

TEST_F(FrontOverTls, NorDoesOneInTheClearFromBeforeThereWasTls) {
  auto client = connected({}, false);
  EXPECT_EQ(asked_on(client), 200);
  demand("");
  EXPECT_EQ(asked_on(client), 401);
  close(std::move(client));
}

}  // namespace
}  // namespace holdfast::control
