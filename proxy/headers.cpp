#include "proxy/headers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "policy/header_name.hpp"

namespace holdfast::proxy {
namespace {

using net::same_name;

// Most names are of a length that none of these has.
template <const auto& kNames>
bool one_of(std::string_view name) {
  static constexpr std::uint64_t kLengths = [] {
    std::uint64_t lengths = 0;
    for (const std::string_view n : kNames)
      lengths |= std::uint64_t{1} << n.size();
    return lengths;
  }();
  if (name.size() >= 64 || (kLengths >> name.size() & 1) == 0) return false;
  return std::any_of(kNames.begin(), kNames.end(), [&](std::string_view n) { return same_name(name, n); });
}

bool has_prefix(std::string_view name, std::string_view prefix) {
  return name.size() >= prefix.size() && same_name(name.substr(0, prefix.size()), prefix);
}

// RFC 9110 §7.6.1, and what carries framing.
constexpr std::array<std::string_view, 11> kHopByHop{
    "Connection", "Keep-Alive",        "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization", "TE",
    "Trailer",    "Transfer-Encoding", "Upgrade",          "Content-Length",     "HTTP2-Settings"};

// Servers and frameworks read the method, the host, the path or what to take off it from these instead of the
// request line; gunicorn and Daphne the last four.
constexpr std::array<std::string_view, 15> kOverrides{
    "X-HTTP-Method-Override", "X-HTTP-Method",  "X-Method-Override", "X-Original-Method", "X-Original-URL",
    "X-Rewrite-URL",          "X-Original-URI", "X-Override-URL",    "X-Original-Path",   "X-Original-Host",
    "X-HTTP-Host-Override",   "Script-Name",    "X-Script-Name",     "Path-Info",         "Daphne-Root-Path"};

// Ours to read, and nobody else's.
constexpr std::array<std::string_view, 2> kForUs{"Holdfast-Agent-Token", "Holdfast-Context"};

// What Connection names: read once, for it may name as many as fit into a head, and each header is asked for.
class NamedByConnection {
 public:
  explicit NamedByConnection(const std::vector<HeaderLine>& headers) {
    for (const HeaderLine& line : headers) {
      if (same_name(line.name, "Connection")) add(line.value);
    }
    std::sort(names_.begin(), names_.end());
  }
  [[nodiscard]] bool has(std::string_view name) const {
    return std::binary_search(names_.begin(), names_.end(), net::to_lower(name));
  }

 private:
  void add(std::string_view list) {
    for (std::size_t comma = 0; comma != std::string_view::npos;) {
      comma = list.find(',');
      names_.push_back(net::to_lower(net::trim_blanks(list.substr(0, comma))));
      if (comma != std::string_view::npos) list.remove_prefix(comma + 1);
    }
  }

  std::vector<std::string> names_;  // in lower case and in order
};

// Whether Connection names anything that is not dropped whatever it says, which Keep-Alive is.
bool names_headers(const std::vector<HeaderLine>& headers) {
  return std::any_of(headers.begin(), headers.end(), [](const HeaderLine& line) {
    return same_name(line.name, "Connection") && !same_name(line.value, "keep-alive");
  });
}

bool rewrites_request(std::string_view name) {
  return one_of<kOverrides>(name);
}

// What only a proxy says; to CGI, `Proxy` is the variable that names one for the server's own calls (httpoxy,
// CVE-2016-5385).
bool is_forwarding(std::string_view name) {
  return same_name(name, "Forwarded") || has_prefix(name, "X-Forwarded-") || same_name(name, "Proxy");
}

// Names that mean something to us, to whoever frames the message, or to whoever reads the body.
bool is_ours_to_judge(std::string_view name) {
  return rewrites_request(name) || one_of<kHopByHop>(name) || is_forwarding(name) ||
         has_prefix(name, "Holdfast-") || has_prefix(name, "Content-") || has_prefix(name, "Mcp-");
}

// `X_HTTP_METHOD_OVERRIDE`, `X.HTTP.Method.Override` and `X-HTTP-Method-Override` are one header to CGI.
bool poses_with_other_marks(std::string_view name) {
  const auto plain = [](char c) {
    return c == '-' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  if (std::all_of(name.begin(), name.end(), plain)) return false;
  return is_ours_to_judge(policy::careless_header(name));
}

bool dropped_from_request(std::string_view name, Protocol protocol) {
  if (one_of<kHopByHop>(name)) return true;
  if (same_name(name, "Host") || same_name(name, "Expect") || one_of<kForUs>(name)) return true;
  if (is_forwarding(name)) return true;
  // Replies to MCP calls are read by us, so they must not be encoded.
  return protocol == Protocol::mcp && same_name(name, "Accept-Encoding");
}

// scheme "://" host [ ":" port ], and nothing else (RFC 6454 §6.2).
bool is_loopback_origin(std::string_view origin) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    for (const std::string_view host : {"localhost", "127.0.0.1", "[::1]"}) {
      const std::string start = std::string(scheme).append(host);
      if (!origin.starts_with(start)) continue;
      const std::string_view port = origin.substr(start.size());
      if (port.empty()) return true;
      return port.size() > 1 && port.front() == ':' &&
             port.find_first_not_of("0123456789", 1) == std::string_view::npos;
    }
  }
  return false;
}

}  // namespace

Result<std::vector<HeaderLine>> forwardable_request(const std::vector<HeaderLine>& headers,
                                                    Protocol protocol) {
  std::vector<HeaderLine> kept;
  kept.reserve(headers.size());
  std::optional<NamedByConnection> named;
  if (names_headers(headers)) named.emplace(headers);
  for (const HeaderLine& line : headers) {
    if (rewrites_request(line.name) || poses_with_other_marks(line.name)) {
      return fail(Code::malformed,
                  fmt::format("the header {} could change what is run; it is refused", line.name));
    }
    if (has_prefix(line.name, "Holdfast-") && !one_of<kForUs>(line.name)) {
      return fail(Code::malformed, fmt::format("the header {} is not the agent's to send", line.name));
    }
    if (dropped_from_request(line.name, protocol)) continue;
    if (named && named->has(line.name)) continue;
    kept.push_back(line);
  }
  return kept;
}

bool asks_only_us(std::string_view prefer) {
  for (std::size_t comma = 0; comma != std::string_view::npos;) {
    comma = prefer.find(',');
    std::string_view item = net::trim_blanks(prefer.substr(0, comma));
    if (comma != std::string_view::npos) prefer.remove_prefix(comma + 1);
    if (item.empty() || same_name(item, "respond-async")) continue;
    if (!has_prefix(item, "wait=") || item.size() == 5) return false;
    if (item.find_first_not_of("0123456789", 5) != std::string_view::npos) return false;
  }
  return true;
}

std::vector<HeaderLine> forwardable_response(std::vector<HeaderLine> headers) {
  const auto kept = [](const HeaderLine& line) {
    return !one_of<kHopByHop>(line.name) && !has_prefix(line.name, "Holdfast-") &&
           !same_name(line.name, "Alt-Svc");
  };
  if (!names_headers(headers)) {
    std::erase_if(headers, [&](const HeaderLine& line) { return !kept(line); });
    return headers;
  }
  const NamedByConnection named(headers);
  std::erase_if(headers, [&](const HeaderLine& line) { return !kept(line) || named.has(line.name); });
  return headers;
}

bool outside_match_key(std::string_view lower_name, const std::vector<std::string>& ignored) {
  // Of the rest that begins with Accept some choose what is done (PostgREST's Accept-Profile).
  static constexpr std::array<std::string_view, 12> kOutside{
      "content-type", "accept",      "accept-encoding", "accept-language", "accept-charset", "user-agent",
      "date",         "traceparent", "tracestate",      "baggage",         "mcp-session-id", "last-event-id"};
  return std::find(kOutside.begin(), kOutside.end(), lower_name) != kOutside.end() ||
         std::find(ignored.begin(), ignored.end(), lower_name) != ignored.end();
}

bool origin_allowed(const std::vector<HeaderLine>& headers, const std::vector<std::string>& listed) {
  for (const HeaderLine& line : headers) {
    if (!same_name(line.name, "Origin")) continue;
    const bool known = std::find(listed.begin(), listed.end(), line.value) != listed.end();
    if (!known && !is_loopback_origin(line.value)) return false;
  }
  return true;
}

}  // namespace holdfast::proxy
