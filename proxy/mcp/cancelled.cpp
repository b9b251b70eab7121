#include "proxy/mcp/cancelled.hpp"

#include <utility>

namespace holdfast::proxy::mcp {

HeldRequestName held_name(const Exchange& exchange, std::string id) {
  const auto* session = net::find_header(exchange.head.headers, "Mcp-Session-Id");
  return {exchange.request.call.agent->id, exchange.request.upstream->name,
          session == nullptr ? std::string() : std::string(session->value), std::move(id)};
}

bool cancels_held(const Exchange& exchange) {
  const auto& message = exchange.request.message;
  if (!message || message->method != "notifications/cancelled" || message->params == nullptr) return false;
  const json::Value* id = message->params->find("requestId");
  if (id == nullptr) return false;
  return exchange.worker->shared->held.cancel(held_name(exchange, id_text(*id)));
}

}  // namespace holdfast::proxy::mcp
