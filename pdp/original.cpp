#include "pdp/original.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "pdp/auth.hpp"

namespace holdfast::pdp {
namespace {

using Body = Setting::Body;

constexpr std::string_view kPartialBody = "x-envoy-auth-partial-body";

// About the question, not about the request that it is about.
constexpr std::array<std::string_view, 6> kOfTheQuestion{"Content-Length", "Transfer-Encoding", "Expect",
                                                         "Host",           kPartialBody,        kTokenHeader};

// Of a request to leave HTTP/1.1 (RFC 6455 §4.1, RFC 7540 §3.2): behind it is a tunnel in which nobody asks
// again. Proxies keep Upgrade from the question and still send it on, but not what goes with it.
constexpr std::array<std::string_view, 3> kOfTunnels{"Upgrade", "HTTP2-Settings", "Sec-WebSocket-Key"};

bool asks_for_tunnel(const Request& request) {
  return std::any_of(kOfTunnels.begin(), kOfTunnels.end(),
                     [&](std::string_view name) { return net::count_headers(request.headers, name) > 0; });
}

// Of headers that Connection names nobody knows whether the proxy sends them on (RFC 9110 §7.6.1).
bool names_headers(const Request& request) {
  return std::any_of(request.headers.begin(), request.headers.end(), [](const net::HeaderLine& line) {
    return net::same_name(line.name, "Connection") && !net::same_name(line.value, "close") &&
           !net::same_name(line.value, "keep-alive");
  });
}

// nginx alone is told to write these: from another's client they would be attempts to name another target.
bool is_of_the_question(std::string_view name, Asker asker) {
  const auto same = [&](std::string_view other) { return net::same_name(name, other); };
  if (std::any_of(kOfTheQuestion.begin(), kOfTheQuestion.end(), same)) return true;
  return asker == Asker::nginx && (same("X-Original-URI") || same("X-Original-Method"));
}

std::optional<Asker> asker_of(std::string_view name) {
  if (name == "nginx") return Asker::nginx;
  if (name == "forward-auth") return Asker::forward_auth;
  if (name == "envoy") return Asker::envoy;
  return std::nullopt;
}

std::optional<Body> body_of(std::string_view name) {
  if (name == "hidden") return Body::hidden;
  if (name == "none") return Body::none;
  if (name == "sent") return Body::sent;
  return std::nullopt;
}

// What stands behind so many segments, with its slash.
std::string_view behind(std::string_view target, std::size_t segments) {
  std::size_t at = 0;
  for (std::size_t i = 0; i < segments && at != std::string_view::npos; ++i)
    at = target.find_first_of("/?", at + 1);
  return at == std::string_view::npos ? std::string_view() : target.substr(at);
}

Result<std::string_view> told(const Request& request, std::string_view name) {
  if (net::count_headers(request.headers, name) == 1) return net::find_header(request.headers, name)->value;
  return fail(Code::malformed, fmt::format("the proxy that asks must tell the header {} once", name));
}

// Some servers, and headers, take more than a request line does (03-calls).
bool is_target(std::string_view text) {
  return text.starts_with('/') &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

// Method, target and host.
Result<void> read_line(const Request& request, const Setting& setting, net::RequestHead& head,
                       std::string_view& host) {
  const auto take = [&](std::string_view name, std::string_view& into) -> Result<void> {
    const auto value = told(request, name);
    if (!value) return fail(value.error());
    into = *value;
    return {};
  };
  Result<void> taken;
  switch (setting.asker) {
    case Asker::nginx:
      taken = take("X-Original-Method", head.method);
      if (taken) taken = take("X-Original-URI", head.target);
      if (taken) taken = take("Host", host);
      break;
    case Asker::forward_auth:
      taken = take("X-Forwarded-Method", head.method);
      if (taken) taken = take("X-Forwarded-Uri", head.target);
      if (taken) taken = take("X-Forwarded-Host", host);
      break;
    case Asker::envoy:
      head.method = request.method;
      head.target = setting.rest;
      taken = take("Host", host);
      break;
  }
  if (taken && !is_target(head.target))
    return fail(Code::malformed, "the original target is no path with an optional query in visible ASCII");
  return taken;
}

// Whether all of the body is here, or there is none.
Result<bool> knows_body(const Request& request, const Setting& setting) {
  switch (setting.body) {
    case Body::hidden:
      return false;
    case Body::none:
      if (request.body.empty()) return true;
      return fail(Code::malformed, "a body came, where the proxy that asks promises none");
    case Body::sent:
      break;
  }
  if (setting.asker == Asker::nginx) return false;  // it sends none, whatever it is told
  const std::size_t marks = net::count_headers(request.headers, kPartialBody);
  // A type of nothing: the proxy was not told to send bodies, whatever is promised here.
  if (request.body.empty()) return marks == 0 && net::find_header(request.headers, "Content-Type") == nullptr;
  if (setting.asker == Asker::forward_auth) return marks == 0;
  // Envoy says of each body whether it had room for all of it.
  return marks == 1 && net::find_header(request.headers, kPartialBody)->value == "false";
}

void frame(net::RequestHead& head, std::string_view body, bool body_known) {
  if (body_known && !body.empty()) {
    head.framing = net::Framing::length;
    head.content_length = body.size();
  }
  // Nobody takes a method from the body of these.
  const bool reads = head.method == "GET" || head.method == "HEAD";
  if (!body_known && !reads) head.framing = net::Framing::chunked;
}

}  // namespace

std::optional<Setting> read_setting(const Request& request) {
  const auto& path = request.target.segments;
  std::size_t at = 0;
  const auto next = [&]() -> std::string_view {
    return at < path.size() ? std::string_view(path[at++]) : "";
  };
  if (next() != "v1") return std::nullopt;
  Setting setting;
  std::string_view word = next();
  if (word == "as") {
    setting.agent = next();
    if (setting.agent.empty()) return std::nullopt;
    word = next();
  }
  const auto asker = asker_of(word);
  const auto body = body_of(next());
  if (!asker || !body) return std::nullopt;
  setting.asker = *asker;
  setting.body = *body;
  setting.rest = behind(request.target_text, at);
  // Caddy leaves the original's query behind the path it is told to ask: it says nothing here.
  const bool nothing_follows = setting.rest.empty() || setting.rest.starts_with('?');
  const bool whole = nothing_follows != (setting.asker == Asker::envoy);
  return whole ? std::optional(std::move(setting)) : std::nullopt;
}

Result<Original> original_of(const Request& request, const Setting& setting) {
  Original original;
  std::string_view host;
  if (auto read = read_line(request, setting, original.head, host); !read) return fail(read.error());
  if (asks_for_tunnel(request))
    return fail(Code::malformed, "it asks to change the protocol, and nobody would judge what follows");
  if (names_headers(request))
    return fail(Code::malformed, "its Connection names headers, and they may be sent on all the same");
  const auto known = knows_body(request, setting);
  if (!known) return fail(known.error());
  original.body_known = *known;
  if (original.body_known) original.body = request.body;
  frame(original.head, original.body, original.body_known);
  original.head.headers.push_back({"Host", host});
  for (const net::HeaderLine& line : request.headers) {
    if (!is_of_the_question(line.name, setting.asker)) original.head.headers.push_back(line);
  }
  return original;
}

}  // namespace holdfast::pdp
