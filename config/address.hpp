// Addresses as the configuration writes them: host:port to listen on, and URLs of others.
#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"

namespace holdfast::config {

struct HostPort {
  std::string host;  // without brackets
  std::string port;
};

// `127.0.0.1:8080`, `[::1]:8080`, `localhost:0`. Error: malformed, with the rule that was broken.
[[nodiscard]] Result<HostPort> parse_listen(std::string_view text);
[[nodiscard]] bool is_loopback(std::string_view host);

struct HttpUrl {
  bool tls = false;
  std::string host;  // lower case, without brackets
  std::string port;
  std::string path;       // as written; may be empty
  std::string authority;  // for Host: host, and the port unless it is the scheme's own
};

// http and https, without user, query and fragment (RFC 3986). Error: malformed, with the rule that was
// broken.
[[nodiscard]] Result<HttpUrl> parse_http_url(const std::string& text);

// A path of whole segments: begins with `/`, no dot or empty segments, only characters that stand for
// themselves (RFC 3986 unreserved and sub-delims without `;`, `:`, `@`). Error: malformed.
[[nodiscard]] Result<void> check_path(std::string_view path);

}  // namespace holdfast::config
