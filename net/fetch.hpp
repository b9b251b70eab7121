// One request of our own to somebody else's server (webhooks, the command line): no redirects, everything
// bounded.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <chrono>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "core/result.hpp"
#include "net/loop.hpp"

namespace holdfast::net {

using Address = asio::ip::address;

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
  std::string ca_file;  // empty: the system's roots
  // Decides on every address the host resolves to, before it is dialled; null: every address.
  std::function<bool(const std::string& host, const asio::ip::address& address)> allow;
};

struct FetchResponse {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

// Errors: malformed (url), forbidden (no allowed address), unavailable, timeout, too_large.
task<Result<FetchResponse>> fetch(Loop* loop, FetchRequest request);

// Loopback, private, link-local, unique-local, metadata and unspecified ranges, v4-mapped v6 included.
[[nodiscard]] bool is_private(const asio::ip::address& address);
[[nodiscard]] bool is_loopback(const asio::ip::address& address);

}  // namespace holdfast::net
