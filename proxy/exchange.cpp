#include "proxy/exchange.hpp"

#include <memory>

#include "proxy/judge.hpp"

namespace holdfast::proxy {
namespace {

// Appends the text to the storage and returns where it stands; the storage must not grow beyond its reserve.
std::string_view keep(std::string& storage, std::string_view text) {
  const std::size_t at = storage.size();
  storage.append(text);
  return std::string_view(storage).substr(at);
}

void copy_head(const net::RequestHead& from, Exchange& to) {
  std::size_t size = from.method.size() + from.target.size();
  for (const auto& line : from.headers)
    size += line.name.size() + line.value.size();
  to.head_copy.reserve(size);
  to.head = net::RequestHead(from);  // with no more room for headers than it has
  to.head.method = keep(to.head_copy, from.method);
  to.head.target = keep(to.head_copy, from.target);
  for (auto& line : to.head.headers) {
    line.name = keep(to.head_copy, line.name);
    line.value = keep(to.head_copy, line.value);
  }
}

}  // namespace

bool is_halted(const Exchange& exchange) {
  return !exchange.stops_work && !exchange.worker->shared->halts->unmoved_since(exchange.begun);
}

std::unique_ptr<Exchange> copy_for_later(const Exchange& original, std::shared_ptr<const Snapshot> snapshot,
                                         std::span<const Draw> room) {
  auto copy = std::make_unique<Exchange>();
  copy->worker = original.worker;
  copy_head(original.head, *copy);
  copy->body_copy = original.body;
  copy->body = copy->body_copy;
  copy->buffered = true;
  copy->call_id = original.call_id;
  copy->receipt_id = original.receipt_id;
  copy->nonce = original.nonce;
  copy->digest = original.digest;
  copy->started = original.started;
  copy->begun = original.begun;
  copy->sent_by = original.sent_by;
  copy->entrance = original.entrance;
  if (!recognise_head(std::move(snapshot), copy->head, copy->request, copy->sent_by, *copy->entrance))
    return nullptr;
  if (!recognise_body(copy->head, copy->body, copy->request)) return nullptr;
  judge(copy.get(), copy->worker->shared->clock->wall(), room);
  return copy;
}

bool stand_alone(Exchange* exchange) {
  if (exchange->client == nullptr || !exchange->buffered || !exchange->head_copy.empty()) return true;
  const net::RequestHead read = exchange->head;
  copy_head(read, *exchange);
  exchange->body_copy = exchange->body;
  exchange->body = exchange->body_copy;
  // Its views are of what goes away.
  std::shared_ptr<const Snapshot> snapshot = exchange->request.snapshot;
  std::destroy_at(&exchange->request);
  std::construct_at(&exchange->request);
  exchange->client->forget_message();
  if (!recognise_head(std::move(snapshot), exchange->head, exchange->request, exchange->sent_by,
                      *exchange->entrance))
    return false;
  // Of MCP the message says how to answer. What a plain body says is read again at the release, and its text
  // is smaller than what was read of it.
  return !exchange->is_mcp() || recognise_body(exchange->head, exchange->body, exchange->request).has_value();
}

}  // namespace holdfast::proxy
