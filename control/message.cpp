#include "control/message.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "core/json_text.hpp"

namespace holdfast::control {
namespace {

// Nothing here may be cached, sniffed, run or framed (08-attacks: clickjacking, stored markup).
constexpr std::string_view kEveryAnswer =
    "Cache-Control: no-store\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"
    "Referrer-Policy: no-referrer\r\n";

int status_of(Code code) {
  switch (code) {
    case Code::malformed:
    case Code::unsupported:
      return 400;
    case Code::too_large:
      return 413;
    case Code::unauthenticated:
      return 401;
    case Code::forbidden:
      return 403;
    case Code::not_found:
      return 404;
    case Code::conflict:
      return 409;
    case Code::gone:
      return 410;
    case Code::limited:
      return 429;
    case Code::closed:
    case Code::timeout:
    case Code::cancelled:
    case Code::halted:
    case Code::unavailable:
      return 503;
    case Code::corrupt:
    case Code::io:
    case Code::internal:
      return 500;
  }
  return 500;
}

}  // namespace

Response problem(int status, std::string_view detail) {
  // "about:blank": the status says it all, the title is its phrase (RFC 9457 §4.2.1).
  json::ObjectText document;
  document.set("type", "about:blank")
      .set("title", net::reason_phrase(status))
      .set("status", status)
      .set("detail", detail);
  return {.status = status, .type = "application/problem+json", .body = document.text(), .headers = {}};
}

Response problem(const Error& error) {
  return problem(status_of(error.code), json::to_utf8(error.detail));
}

Response json_answer(std::string body) {
  return {.status = 200, .type = "application/json", .body = std::move(body), .headers = {}};
}

Response text_answer(std::string body) {
  return {.status = 200, .type = "text/plain; charset=utf-8", .body = std::move(body), .headers = {}};
}

std::string head_text(const Response& response, WallTime now, bool to_http10, bool keep_alive) {
  std::string out = fmt::format("HTTP/1.1 {} {}\r\n", response.status, net::reason_phrase(response.status));
  out += fmt::format("Date: {:%a, %d %b %Y %H:%M:%S} GMT\r\n", fmt::gmtime(unix_seconds(now)));
  out += fmt::format("Content-Type: {}\r\nContent-Length: {}\r\n", response.type, response.body.size());
  out += kEveryAnswer;
  for (const auto& [name, value] : response.headers)
    out += fmt::format("{}: {}\r\n", name, value);
  if (!keep_alive) out += "Connection: close\r\n";
  if (keep_alive && to_http10) out += "Connection: keep-alive\r\n";
  out += "\r\n";
  return out;
}

}  // namespace holdfast::control
