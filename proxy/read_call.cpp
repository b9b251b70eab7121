#include "proxy/read_call.hpp"

#include <utility>

namespace holdfast::proxy {
namespace {

RecogniseResult recognise_whole(Exchange* exchange, std::string_view body) {
  exchange->body = body;
  exchange->buffered = true;
  return recognise_body(exchange->head, exchange->body, exchange->request);
}

}  // namespace

net::task<RecogniseResult> read_whole(Exchange* exchange) {
  // What was read was recognised, and the call points into it.
  if (exchange->buffered && !exchange->request.set_aside) co_return RecogniseResult{};
  if (exchange->buffered) co_return tl::unexpected<Refused>(*exchange->request.set_aside);
  const std::size_t max = exchange->request.snapshot->options.limits.body;
  const auto body = co_await exchange->client->read_body(max);
  exchange->added.read(exchange->worker->shared->clock->steady());
  if (body) co_return recognise_whole(exchange, *body);
  const bool slow = body.error().code == Code::timeout;
  Refused refused{Ending::malformed, slow ? 408 : 400, -32600, body.error().detail};
  if (body.error().code == Code::too_large) {
    refused.ending = Ending::too_large;
    refused.http_status = 413;
  }
  co_return tl::unexpected<Refused>(std::move(refused));
}

RecogniseResult recognise(Exchange* exchange) {
  auto snapshot = exchange->worker->shared->snapshot.load();
  auto head = recognise_head(std::move(snapshot), exchange->head, exchange->request, {}, *exchange->entrance);
  if (!head || !exchange->request.needs_body) return head;
  const auto body = exchange->client->body_here(exchange->request.snapshot->options.limits.body);
  return body ? recognise_whole(exchange, *body) : head;
}

}  // namespace holdfast::proxy
