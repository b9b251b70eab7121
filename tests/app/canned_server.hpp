// A control plane that answers what it is told to, one connection after the other, and remembers what it was
// asked.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

namespace holdfast::app {

class CannedServer {
 public:
  struct Answer {
    int status;
    std::string body;
  };

  explicit CannedServer(std::vector<Answer> answers) : answers_(std::move(answers)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(listener_, generic, size), 0);
    EXPECT_EQ(::listen(listener_, 8), 0);
    EXPECT_EQ(::getsockname(listener_, generic, &size), 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] {
      for (const Answer& answer : answers_) {
        if (!serve(answer)) return;
      }
    });
  }
  ~CannedServer() { stop(); }
  CannedServer(const CannedServer&) = delete;
  CannedServer& operator=(const CannedServer&) = delete;

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  // The requests as they came, once no more are served.
  [[nodiscard]] const std::vector<std::string>& asked() {
    stop();
    return asked_;
  }

 private:
  void stop() {
    if (!thread_.joinable()) return;
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }

  bool serve(const Answer& answer) {
    const int peer = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (peer < 0) return false;
    std::string request;
    char bytes[4096];
    while (!complete(request)) {
      const ssize_t got = ::read(peer, bytes, sizeof bytes);
      if (got <= 0) break;
      request.append(bytes, static_cast<std::size_t>(got));
    }
    asked_.push_back(request);
    const std::string response =
        "HTTP/1.1 " + std::to_string(answer.status) +
        " Canned\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(answer.body.size()) +
        "\r\nConnection: close\r\n\r\n" + answer.body;
    EXPECT_EQ(::write(peer, response.data(), response.size()), static_cast<ssize_t>(response.size()));
    ::close(peer);
    return true;
  }

  static bool complete(const std::string& request) {
    const std::size_t end = request.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    const std::size_t length = request.find("Content-Length: ");
    const std::size_t body =
        length == std::string::npos ? 0 : std::strtoul(request.c_str() + length + 16, nullptr, 10);
    return request.size() >= end + 4 + body;
  }

  std::vector<Answer> answers_;
  std::vector<std::string> asked_;
  int listener_ = -1;
  int port_ = 0;
  std::thread thread_;
};

}  // namespace holdfast::app
