#include "net/fetch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/net/code_of.hpp"
#include "tests/net/loop_thread.hpp"
#include "tests/net/raw_socket.hpp"

namespace holdfast::net {
namespace {

using test::code_of;

using testing::HasSubstr;
using testing::StartsWith;

class Fetch : public testing::Test {
 protected:
  Fetch() { request_.url = "http://127.0.0.1:" + server_.port() + "/hook?x=1"; }

  // What the server got, and what fetch() made of this answer.
  Result<FetchResponse> fetched(const std::string& answer) {
    auto fetching = thread_.start(fetch(thread_.loop(), request_));
    const test::RawSocket peer = server_.accept();
    seen_ = peer.receive_until("\r\n\r\n") + peer.receive(request_.body.size());
    peer.send(answer);
    peer.half_close();
    return fetching.get();
  }
  Code refused() {
    const auto response = thread_.run(fetch(thread_.loop(), request_));
    EXPECT_FALSE(response);
    return response ? Code::internal : response.error().code;
  }

  test::LoopThread thread_;
  test::RawListener server_;
  FetchRequest request_;
  std::string seen_;
};

TEST_F(Fetch, SendsTheRequestAndReturnsTheAnswer) {
  request_.method = "POST";
  request_.body = "{}";
  request_.headers = {{"Content-Type", "application/json"}};
  const auto response =
      fetched("HTTP/1.1 201 Created\r\nX: y\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n");
  ASSERT_TRUE(response) << response.error().detail;
  EXPECT_EQ(response->status, 201);
  EXPECT_EQ(response->body, "ok");
  ASSERT_EQ(response->headers.size(), 2U);
  EXPECT_EQ(response->headers[0], (std::pair<std::string, std::string>("X", "y")));
  EXPECT_EQ(seen_,
            "POST /hook?x=1 HTTP/1.1\r\nHost: 127.0.0.1:" + server_.port() +
                "\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}");
}

TEST_F(Fetch, RedirectsAreAnswersAndNotFollowed) {
  const auto response =
      fetched("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(response.value().status, 302);
  EXPECT_THAT(seen_, StartsWith("GET /hook?x=1 "));
}

TEST_F(Fetch, AddressesAreJudgedBeforeTheyAreDialled) {
  std::vector<std::string> asked;
  request_.allow = [&](const std::string& host, const asio::ip::address& address) {
    asked.push_back(host + " " + address.to_string());
    return false;
  };
  EXPECT_EQ(refused(), Code::forbidden);
  EXPECT_THAT(asked, testing::ElementsAre("127.0.0.1 127.0.0.1"));
  // A name is judged by what it resolves to.
  request_.url = "http://localhost:" + server_.port() + "/";
  request_.allow = [](const std::string&, const asio::ip::address& address) { return !is_private(address); };
  EXPECT_EQ(refused(), Code::forbidden);
  request_.allow = [](const std::string&, const asio::ip::address& address) { return address.is_v4(); };
  EXPECT_EQ(fetched("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").value().body, "ok");
}

TEST_F(Fetch, AnswersOverTheLimitAreTooLargeAnnouncedOrNot) {
  request_.max_response = 4;
  EXPECT_EQ(fetched("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n1234").value().body, "1234");
  EXPECT_EQ(code_of(fetched("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")), Code::too_large);
  EXPECT_EQ(code_of(fetched("HTTP/1.1 200 OK\r\n\r\n12345")), Code::too_large);
}

TEST_F(Fetch, MalformedAndBrokenAnswersAreUnavailable) {
  EXPECT_EQ(code_of(fetched("nonsense\r\n\r\n")), Code::unavailable);
  EXPECT_EQ(code_of(fetched("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n123")), Code::unavailable);
}

TEST_F(Fetch, TheTimeIsForAllOfItHoweverBusyTheServer) {
  request_.timeout = std::chrono::milliseconds(150);
  auto fetching = thread_.start(fetch(thread_.loop(), request_));
  const test::RawSocket peer = server_.accept();
  EXPECT_NE(peer.receive_until("\r\n\r\n"), "");
  peer.send("HTTP/1.1 200 OK\r\n\r\n");
  while (fetching.wait_for(std::chrono::milliseconds(20)) != std::future_status::ready)
    peer.send("x");
  EXPECT_EQ(code_of(fetching.get()), Code::timeout);
}

// The machine was too busy for the loop between resolving and dialling: not the server's silence.
TEST_F(Fetch, TheTimeDoesNotPassWhileTheLoopStandsStill) {
  request_.timeout = std::chrono::milliseconds(2'500);
  request_.url = "http://localhost:" + server_.port() + "/";
  request_.allow = [&](const std::string&, const asio::ip::address& address) {
    if (address.is_v4()) test::stand_still(request_.timeout + std::chrono::milliseconds(200));
    return address.is_v4();
  };
  const auto response = fetched("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  EXPECT_TRUE(response) << response.error().detail;
}

TEST_F(Fetch, WhatWouldBreakTheRequestIsMalformed) {
  const std::string good = request_.url;
  request_.url = "ftp://a/";
  EXPECT_EQ(refused(), Code::malformed);
  request_.url = good;
  request_.headers = {{"X", "a\r\nY: b"}};
  EXPECT_EQ(refused(), Code::malformed);
  request_.headers = {{"X Y", "a"}};
  EXPECT_EQ(refused(), Code::malformed);
  request_.headers = {{"content-length", "5"}};
  EXPECT_EQ(refused(), Code::malformed);
  request_.headers = {};
  request_.method = "GET / HTTP/1.1\r\nX:";
  EXPECT_EQ(refused(), Code::malformed);
}

}  // namespace
}  // namespace holdfast::net
