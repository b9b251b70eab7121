#include "proxy/shown_tools.hpp"

#include "proxy/learnt.hpp"
#include "proxy/mcp/tool_list.hpp"
#include "proxy/route.hpp"

namespace holdfast::proxy {
namespace {

bool hides_some(const Exchange& exchange) {
  return exchange.request.snapshot->policy->hides_some();
}

std::string shown(const Exchange& exchange, std::string_view text, const mcp::ToolList& list) {
  const WallTime now = exchange.worker->shared->clock->wall();  // a stream may be open for long
  return mcp::without_tools(text, list,
                            [&](std::string_view name) { return is_hidden(exchange.request, name, now); });
}

// Nothing when the event is shown as it stands.
Result<std::optional<std::string>> shown_event(const Exchange& exchange, const net::SseEvent& event) {
  // Clients read messages from events of the type `message` only, as relay_rpc.cpp says.
  if (event.data.empty() || !(event.type.empty() || event.type == "message")) return std::nullopt;
  const auto list = mcp::read_tool_list(event.data);
  if (!list) return fail(list.error());
  if (!*list) return std::nullopt;
  const std::string text = shown(exchange, event.data, **list);
  return text == event.data ? std::nullopt : std::optional(net::sse_with_data(event, text));
}

}  // namespace

bool is_hidden(const Recognised& request, std::string_view name, std::optional<WallTime> now) {
  if (!request.snapshot->policy->hides_some()) return false;
  const std::string tool = std::string(request.upstream->name).append(1, '.').append(name);
  Call facts;
  facts.protocol = Protocol::mcp;
  facts.agent = request.call.agent;
  facts.upstream = request.upstream->name;
  facts.tool = tool;
  if (const Tool* listed = find_named_tool(*request.upstream, name)) {
    facts.operation = listed->operation;
    facts.sensitivity = listed->sensitivity;
  }
  facts.now = now;
  return request.snapshot->policy->hides(facts);
}

bool asks_for_tools(const Exchange& exchange) {
  return exchange.is_rpc_request() && exchange.request.message->method == "tools/list";
}

bool may_be_cut(const Exchange& exchange) {
  if (!exchange.is_mcp() || !hides_some(exchange)) return false;
  return exchange.head.method == "GET" || asks_for_tools(exchange);
}

Result<std::string> shown_tools(const Exchange& exchange, std::string text) {
  const auto list = mcp::read_tool_list(text);
  if (!list && hides_some(exchange)) return fail(list.error());
  if (!list || !*list) return text;
  if (exchange.request.upstream->learnt != nullptr) exchange.request.upstream->learnt->learn(**list);
  return hides_some(exchange) ? shown(exchange, text, **list) : std::move(text);
}

ShownEvents::ShownEvents(const Exchange* exchange)
    : exchange_(exchange), splitter_(exchange->request.snapshot->options.limits.reply) {}

Result<std::string> ShownEvents::take(std::string_view bytes) {
  if (auto fed = splitter_.feed(bytes); !fed) return fail(fed.error());
  std::string out;
  while (const auto event = splitter_.next()) {
    const auto text = shown_event(*exchange_, *event);
    if (!text) return fail(text.error());
    out += *text ? **text : event->raw;
  }
  return out;
}

}  // namespace holdfast::proxy
