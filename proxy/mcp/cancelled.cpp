#include "proxy/mcp/cancelled.hpp"

#include <optional>
#include <utility>

namespace holdfast::proxy::mcp {
namespace {

constexpr std::size_t kShortBody = 1024;  // bytes: an id and a reason
constexpr std::size_t kShortHead = 2048;  // bytes: session and credentials

bool is_short(const Exchange& exchange) {
  std::size_t head = exchange.head.target.size();
  for (const net::HeaderLine& line : exchange.head.headers)
    head += line.name.size() + line.value.size();
  return head <= kShortHead && exchange.body.size() <= kShortBody;
}

// What a cancellation names; nothing for other messages.
std::optional<HeldRequestName> cancelled_by(const Exchange& exchange) {
  const auto& message = exchange.request.message;
  if (!message || message->method != "notifications/cancelled" || message->params == nullptr) return {};
  const json::Value* id = message->params->find("requestId");
  if (id == nullptr) return {};
  return held_name(exchange, id_text(*id));
}

}  // namespace

HeldRequestName held_name(const Exchange& exchange, std::string id) {
  const auto* session = net::find_header(exchange.head.headers, "Mcp-Session-Id");
  return {exchange.request.call.agent->id, exchange.request.upstream->name,
          session == nullptr ? std::string() : std::string(session->value), std::move(id)};
}

bool cancels_held(const Exchange& exchange) {
  const auto name = cancelled_by(exchange);
  return name && exchange.worker->shared->held.cancel(*name);
}

bool cancels_sent(const Exchange& exchange) {
  const auto name = cancelled_by(exchange);
  return name && is_short(exchange) && exchange.worker->shared->sent.cancel(*name);
}

Sent::Sent(const Exchange& exchange) {
  if (!exchange.is_mcp() || !exchange.is_rpc_request()) return;
  requests_ = &exchange.worker->shared->sent;
  name_ = held_name(exchange, exchange.request.message->id);
  ticket_ = requests_->add(name_, [] {});
}

Sent::~Sent() {
  // False when it was cancelled: then it is not there any more.
  if (requests_ != nullptr) static_cast<void>(requests_->remove(name_, ticket_));
}

}  // namespace holdfast::proxy::mcp
