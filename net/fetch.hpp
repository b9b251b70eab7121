// One request of our own to somebody else's server (webhooks, the command line): no redirects, everything
// bounded.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "core/result.hpp"
#include "net/address.hpp"
#include "net/loop.hpp"

namespace holdfast::net {

struct Url {
  bool tls = false;
  std::string host;
  std::string port;
  std::string target;     // path and query, at least "/"
  std::string authority;  // for Host
};
// http and https only, no user info, no fragment.
[[nodiscard]] Result<Url> parse_url(std::string_view text);

struct FetchRequest {
  std::string url;
  std::string method = "GET";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::chrono::milliseconds timeout = std::chrono::seconds(10);  // for all of it
  std::size_t max_response = 1 << 20;
  std::string ca_file;              // empty: the system's roots
  std::string cert_file, key_file;  // client certificate; empty: none
  // Decides on every address the host resolves to, before it is dialled; null: every address.
  std::function<bool(const std::string& host, const Address& address)> allow;
};

struct FetchResponse {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

// Errors: malformed (url), forbidden (no allowed address), unavailable, timeout, too_large.
task<Result<FetchResponse>> fetch(Loop* loop, FetchRequest request);

}  // namespace holdfast::net
