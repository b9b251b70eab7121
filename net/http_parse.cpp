#include "net/http_parse.hpp"

#include <fmt/format.h>

#include "net/http_framing.hpp"
#include "net/http_strict.hpp"

namespace holdfast::net {
namespace {

// The lines behind the start line, to the end of the head.
Result<FramingFields> read_fields(HeadLines& lines, std::size_t max_headers, HeaderList& headers) {
  FramingFields framing;
  headers.clear();  // it may come from another head
  headers.reserve(kUsualHeaders);
  while (!lines.take_end()) {
    if (headers.size() == max_headers) {
      return fail(Code::too_large, fmt::format("the head has more than {} header lines", max_headers));
    }
    HeaderLine& line = headers.emplace_back();
    if (const Flaw flaw = lines.field(line)) return fail(Code::malformed, flaw);
    if (const Flaw flaw = framing.note(line)) return fail(Code::malformed, flaw);
  }
  if (!lines.done()) return fail(Code::malformed, "bytes follow the end of the head");
  return framing;
}

}  // namespace

Result<RequestHead> parse_request_head(std::string_view raw, std::size_t max_headers, HeaderList room) {
  HeadLines lines(raw);
  RequestHead head;
  head.headers = std::move(room);
  if (const Flaw flaw = lines.request_line(head.method, head.target, head.minor)) {
    return fail(Code::malformed, flaw);
  }
  const auto framing = read_fields(lines, max_headers, head.headers);
  if (!framing) return fail(framing.error());
  if (const Flaw flaw = framing->check_host(head.minor)) return fail(Code::malformed, flaw);
  if (head.method == "CONNECT") return fail(Code::unsupported, "CONNECT is not taken");
  const auto target = framing->origin_form(head.target);
  if (!target) return fail(target.error());
  head.target = *target;
  const auto body = framing->body(head.minor);
  if (!body) return fail(body.error());
  head.framing = body->framing;
  head.content_length = body->length;
  if (framing->upgrades_to_websocket()) return fail(Code::unsupported, "WebSocket is not supported");
  head.expects_continue = framing->expects_continue(head.minor);
  head.keep_alive = framing->keep_alive(head.minor);
  return head;
}

Result<ResponseHead> parse_response_head(std::string_view raw, std::size_t max_headers,
                                         std::string_view method, HeaderList room) {
  HeadLines lines(raw);
  ResponseHead head;
  head.headers = std::move(room);
  if (const Flaw flaw = lines.status_line(head.status, head.reason, head.minor)) {
    return fail(Code::malformed, flaw);
  }
  const auto framing = read_fields(lines, max_headers, head.headers);
  if (!framing) return fail(framing.error());
  const auto body = framing->body(head.minor);
  if (!body) return fail(Code::malformed, body.error().detail);
  head.keep_alive = framing->keep_alive(head.minor);
  // RFC 9112 §6.1, RFC 9110 §8.6: these have no body, and what says otherwise is somebody else's reading of
  // them. A length of 0 is no contradiction, and common.
  const bool never_has_body = head.status < 200 || head.status == 204;
  if (never_has_body && (body->framing == Framing::chunked || body->length > 0))
    return fail(Code::malformed, "a response that has no body announces one");
  if (method == "HEAD" || head.status < 200 || head.status == 204 || head.status == 304) return head;
  head.framing = body->framing == Framing::none ? Framing::until_close : body->framing;
  head.content_length = body->length;
  if (head.framing == Framing::until_close) head.keep_alive = false;
  return head;
}

}  // namespace holdfast::net
