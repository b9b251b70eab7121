#include "net/fetch.hpp"

#include <fmt/format.h>

#include <array>

#include "net/connection.hpp"
#include "net/http_strict.hpp"

namespace holdfast::net {
namespace {

// The request's head. Error: malformed, what would break out of its line or say the framing twice.
Result<std::string> head_of(const FetchRequest& request, const Url& url) {
  if (!is_token(request.method)) return fail(Code::malformed, "the request's method is not a token");
  std::string head = fmt::format("{} {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", request.method,
                                 url.target, url.authority);
  for (const auto& [name, value] : request.headers) {
    if (!is_token(name) || !is_field_value(value)) {
      return fail(Code::malformed, "a header of the request holds a character that may not stand there");
    }
    constexpr std::array<std::string_view, 4> kOurs{"Host", "Connection", "Content-Length",
                                                    "Transfer-Encoding"};
    for (const std::string_view ours : kOurs) {
      if (same_name(name, ours))
        return fail(Code::malformed, fmt::format("the header {} is set by fetch itself", ours));
    }
    head += fmt::format("{}: {}\r\n", name, value);
  }
  if (!request.body.empty() || (request.method != "GET" && request.method != "HEAD")) {
    head += fmt::format("Content-Length: {}\r\n", request.body.size());
  }
  return head + "\r\n";
}

task<Result<FetchResponse>> exchange(Connection* connection, const FetchRequest* request, std::string head) {
  const std::array<std::string_view, 2> pieces{head, request->body};
  const auto written = co_await connection->write(pieces);
  if (!written) co_return fail(written.error());
  const auto answer = co_await connection->read_head(request->method);
  if (!answer) co_return fail(answer.error());
  FetchResponse response;
  response.status = answer->status;
  for (const HeaderLine& line : answer->headers)
    response.headers.emplace_back(line.name, line.value);
  const auto too_large =
      fail(Code::too_large, fmt::format("the answer is longer than {} bytes", request->max_response));
  if (answer->framing == Framing::length && answer->content_length > request->max_response)
    co_return too_large;
  while (true) {
    const auto piece = co_await connection->read_body_some();
    if (!piece) co_return fail(piece.error());
    if (piece->empty()) co_return response;
    if (piece->size() > request->max_response - response.body.size()) co_return too_large;
    response.body += *piece;
  }
}

}  // namespace

task<Result<FetchResponse>> fetch(Loop* loop, FetchRequest request) {
  const SteadyTime until = loop->deadlines().now() + request.timeout;
  const auto url = parse_url(request.url);
  if (!url) co_return fail(url.error());
  auto head = head_of(request, *url);
  if (!head) co_return fail(head.error());

  Endpoint endpoint;
  endpoint.host = url->host;
  endpoint.port = url->port;
  endpoint.tls = url->tls;
  endpoint.ca_file = request.ca_file;
  endpoint.cert_file = request.cert_file;
  endpoint.key_file = request.key_file;
  endpoint.connect = endpoint.read = request.timeout;
  std::shared_ptr<TlsContext> context;
  if (url->tls) {
    auto made = make_tls_context(endpoint);
    if (!made) co_return fail(made.error());
    context = *made;
  }
  AddressFilter allow;
  if (request.allow) {
    allow = [&request, &url](const asio::ip::address& address) { return request.allow(url->host, address); };
  }
  const auto connection =
      co_await open_connection(loop, std::move(endpoint), std::move(context), std::move(allow));
  if (!connection) co_return fail(connection.error());

  // One deadline for all of it: a server that sends a byte now and then does not move it.
  bool late = false;
  Deadline deadline([&late, &connection] {
    late = true;
    (*connection)->cancel();
  });
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - loop->deadlines().now());
  const DeadlineScope scope(loop->deadlines(), deadline, left);
  auto response = co_await exchange(connection->get(), &request, std::move(*head));
  if (late) co_return fail(Code::timeout, fmt::format("{} did not answer in time", url->host));
  if (!response && (response.error().code == Code::closed || response.error().code == Code::malformed)) {
    co_return fail(Code::unavailable, response.error().detail);
  }
  co_return response;
}

}  // namespace holdfast::net
