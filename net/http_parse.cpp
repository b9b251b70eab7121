#include "net/http_parse.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <limits>

#include "net/http_strict.hpp"

namespace holdfast::net {
namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;

std::string_view view(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

// Collects what Beast finds. It sees a head that has passed our checks, whole and in one buffer, so that
// every view it hands out points there; bodies never reach it.
template <bool is_request>
class HeadParser final : public http::basic_parser<is_request> {
 public:
  explicit HeadParser(std::vector<HeaderLine>* lines) : lines_(lines) {
    this->header_limit(std::numeric_limits<std::uint32_t>::max());
    this->body_limit(boost::none);
  }

  std::string_view method, target, reason;
  int status = 0;
  int version = 0;

 private:
  void on_request_impl(http::verb, boost::beast::string_view name, boost::beast::string_view path, int number,
                       error_code&) override {
    method = view(name);
    target = view(path);
    version = number;
  }
  void on_response_impl(int code, boost::beast::string_view phrase, int number, error_code&) override {
    status = code;
    reason = view(phrase);
    version = number;
  }
  void on_field_impl(http::field, boost::beast::string_view name, boost::beast::string_view value,
                     error_code&) override {
    lines_->push_back({view(name), view(value)});
  }
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(boost::beast::string_view, error_code&) override { return 0; }
  void on_chunk_header_impl(std::uint64_t, boost::beast::string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, boost::beast::string_view, error_code&) override { return 0; }
  void on_finish_impl(error_code&) override {}

  std::vector<HeaderLine>* lines_;
};

template <bool is_request>
Result<void> read_with_beast(HeadParser<is_request>& parser, std::string_view raw) {
  error_code error;
  const std::size_t used = parser.put(boost::asio::const_buffer(raw.data(), raw.size()), error);
  if (error) return fail(Code::malformed, "the head is not HTTP/1.1: " + error.message());
  if (!parser.is_header_done() || used != raw.size()) return fail(Code::malformed, "the head ends twice");
  return {};
}

// Our line count and Beast's must agree, or one of the two read something the other did not.
Result<void> check_agreement(const std::vector<HeaderLine>& lines, std::size_t count) {
  if (lines.size() != count) return fail(Code::malformed, "the header lines have two readings");
  return {};
}

Result<void> check_upgrade(const RequestHead& head) {
  for (const HeaderLine& line : head.headers) {
    if (same_name(line.name, "Upgrade") && list_has(line.value, "websocket")) {
      return fail(Code::unsupported, "WebSocket is not supported");
    }
  }
  return {};
}

}  // namespace

Result<RequestHead> parse_request_head(std::string_view raw, std::size_t max_headers) {
  const auto count = check_request_lines(raw, max_headers);
  if (!count) return fail(count.error());
  RequestHead head;
  head.headers.reserve(*count);
  HeadParser<true> parser(&head.headers);
  if (auto read = read_with_beast(parser, raw); !read) return fail(read.error());
  if (auto agreed = check_agreement(head.headers, *count); !agreed) return fail(agreed.error());
  head.method = parser.method;
  head.minor = parser.version % 10;
  if (auto host = check_host(head.headers, head.minor); !host) return fail(host.error());
  if (head.method == "CONNECT") return fail(Code::unsupported, "CONNECT is not taken");
  const auto target = origin_form(parser.target, find_header(head.headers, "Host"));
  if (!target) return fail(target.error());
  head.target = *target;
  const auto body = read_framing(head.headers, head.minor);
  if (!body) return fail(body.error());
  head.framing = body->framing;
  head.content_length = body->length;
  if (auto upgrade = check_upgrade(head); !upgrade) return fail(upgrade.error());
  // RFC 9110 §10.1.1: of 1.0 the expectation is ignored. What else somebody expects is for the layers above.
  const HeaderLine* expect = find_header(head.headers, "Expect");
  head.expects_continue = head.minor >= 1 && expect != nullptr && same_name(expect->value, "100-continue") &&
                          count_headers(head.headers, "Expect") == 1;
  head.keep_alive = wants_keep_alive(head.headers, head.minor);
  return head;
}

Result<ResponseHead> parse_response_head(std::string_view raw, std::size_t max_headers,
                                         std::string_view method) {
  const auto count = check_response_lines(raw, max_headers);
  if (!count) return fail(count.error());
  ResponseHead head;
  head.headers.reserve(*count);
  HeadParser<false> parser(&head.headers);
  if (auto read = read_with_beast(parser, raw); !read) return fail(read.error());
  if (auto agreed = check_agreement(head.headers, *count); !agreed) return fail(agreed.error());
  head.status = parser.status;
  head.reason = parser.reason;
  head.minor = parser.version % 10;
  const auto body = read_framing(head.headers, head.minor);
  if (!body) return fail(Code::malformed, body.error().detail);
  head.keep_alive = wants_keep_alive(head.headers, head.minor);
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
