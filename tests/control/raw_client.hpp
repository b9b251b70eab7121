// A client that sends exactly the bytes it is told, and reads one answer: so that tests can be as rude as
// they like.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace holdfast::test {

struct Answer {
  int status = 0;                                            // 0: the connection ended without an answer
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;

  [[nodiscard]] std::string header(std::string_view name) const;  // empty when absent
};

class RawClient {
 public:
  explicit RawClient(unsigned short port);  // on 127.0.0.1
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  void send(std::string_view bytes) const;
  // `has_body` is false after HEAD.
  [[nodiscard]] Answer read(bool has_body = true);
  // True when the server has ended the connection.
  [[nodiscard]] bool ended();

 private:
  bool fill();  // false at the end

  int socket_;
  std::string buffer_;
};

}  // namespace holdfast::test
