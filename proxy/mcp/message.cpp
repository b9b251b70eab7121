#include "proxy/mcp/message.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "core/json_text.hpp"
#include "policy/names.hpp"

namespace holdfast::proxy::mcp {
namespace {

using json::Member;
using json::Value;

// An id or token: a string or an integer (MCP "Base protocol").
bool is_id(const Value& value) {
  if (value.is(json::Kind::string)) return true;
  return value.is(json::Kind::number) && value.text().find_first_of(".eE") == std::string_view::npos;
}

constexpr std::array<std::string_view, 6> kEnvelope{"jsonrpc", "id", "method", "params", "result", "error"};
// What is sent is what was judged: a member that neither the rules nor the digest see has no place in it.
Result<void> refuse_strangers(const Value& root) {
  for (const Member& member : root.members()) {
    if (std::find(kEnvelope.begin(), kEnvelope.end(), member.name) == kEnvelope.end()) {
      return fail(Code::malformed, "the message has a member that is not JSON-RPC's");
    }
  }
  return {};
}

constexpr std::array<std::string_view, 4> kParams{"name", "arguments", "uri", "_meta"};

// Some decoders (Go's is one) take member names in any case: to them `{"Method":"tools/call","result":{}}` is
// a call and not a reply. So a name that only resembles one we read is refused.
template <std::size_t N>
Result<void> refuse_look_alikes(const Value& object, const std::array<std::string_view, N>& names) {
  for (const Member& member : object.members()) {
    const auto folded = policy::fold(member.name);
    for (const std::string_view name : names) {
      if (member.name != name && (!folded || *folded == name)) {
        return fail(Code::malformed, fmt::format("a member's name is nearly {}; send exactly that", name));
      }
    }
  }
  return {};
}

Result<Message> read_response(const Value& root, const Value* id) {
  const bool has_result = root.find("result") != nullptr;
  if (has_result == (root.find("error") != nullptr)) {
    return fail(Code::malformed, "a JSON-RPC message without a method has exactly one of result and error");
  }
  Message message;
  message.kind = Kind::response;
  if (id != nullptr && is_id(*id)) message.id = id_text(*id);
  return message;
}

constexpr std::array<std::string_view, 12> kPassing{"initialize",
                                                    "ping",
                                                    "server/discover",
                                                    "tools/list",
                                                    "prompts/list",
                                                    "resources/list",
                                                    "resources/templates/list",
                                                    "tasks/list",
                                                    "notifications/initialized",
                                                    "notifications/cancelled",
                                                    "notifications/progress",
                                                    "notifications/roots/list_changed"};

constexpr std::array<std::string_view, 4> kVolatileMeta{"progressToken", "traceparent", "tracestate",
                                                        "baggage"};

bool is_volatile(std::string_view name) {
  return std::find(kVolatileMeta.begin(), kVolatileMeta.end(), name) != kVolatileMeta.end();
}

// The params without what differs between retries; `meta` and `members` keep what the result points to.
Value without_volatile(const Value& params, std::vector<Member>& meta, std::vector<Member>& members) {
  for (const Member& member : params.members()) {
    if (member.name != "_meta" || !member.value.is(json::Kind::object)) {
      members.push_back(member);
      continue;
    }
    for (const Member& inner : member.value.members()) {
      if (!is_volatile(inner.name)) meta.push_back(inner);
    }
    if (!meta.empty()) members.push_back({member.name, Value::make_object(meta)});
  }
  return Value::make_object(members);
}

}  // namespace

std::string id_text(const Value& id) {
  return json::to_canonical(id);
}

Result<Message> read_message(const Value& root) {
  if (root.is(json::Kind::array)) return fail(Code::malformed, "this revision of MCP has no batches");
  if (!root.is(json::Kind::object)) return fail(Code::malformed, "the body is not a JSON-RPC message");
  if (auto plain = refuse_look_alikes(root, kEnvelope); !plain) return fail(plain.error());
  if (auto known = refuse_strangers(root); !known) return fail(known.error());
  const Value* version = root.find("jsonrpc");
  if (version == nullptr || !version->is(json::Kind::string) || version->text() != "2.0") {
    return fail(Code::malformed, "the message does not say \"jsonrpc\": \"2.0\"");
  }
  const Value* id = root.find("id");
  const Value* method = root.find("method");
  if (method == nullptr) return read_response(root, id);
  if (!method->is(json::Kind::string)) return fail(Code::malformed, "the method is not a string");
  if (root.find("result") != nullptr || root.find("error") != nullptr) {
    return fail(Code::malformed, "a JSON-RPC message is a request or a response, not both");
  }
  if (id != nullptr && !is_id(*id)) return fail(Code::malformed, "the id is neither a string nor an integer");
  Message message;
  message.kind = id == nullptr ? Kind::notification : Kind::request;
  message.method = method->text();
  if (id != nullptr) message.id = id_text(*id);
  message.params = root.find("params");
  if (message.params != nullptr && !message.params->is(json::Kind::object)) {
    return fail(Code::malformed, "params is not an object");
  }
  if (message.params != nullptr) {
    if (auto plain = refuse_look_alikes(*message.params, kParams); !plain) return fail(plain.error());
    if (const Value* meta = message.params->find("_meta"); meta != nullptr) {
      if (!meta->is(json::Kind::object)) return fail(Code::malformed, "params._meta is not an object");
      const Value* token = meta->find("progressToken");
      if (token != nullptr && !is_id(*token)) {
        return fail(Code::malformed, "the progressToken is neither a string nor an integer");
      }
      message.progress_token = token;
    }
  }
  return message;
}

bool passes(const Message& message) {
  if (message.kind == Kind::response) return true;
  if (std::find(kPassing.begin(), kPassing.end(), message.method) == kPassing.end()) return false;
  // A notification passes as a notification only, a request as a request only.
  return message.method.starts_with("notifications/") == (message.kind == Kind::notification);
}

std::string canonical_call(std::string_view upstream, const Message& message) {
  std::vector<Member> meta;
  std::vector<Member> members;
  std::string out = "{\"method\":";
  json::append_string(out, message.method);
  if (message.params != nullptr) {
    out += ",\"params\":";
    json::append_canonical(out, without_volatile(*message.params, meta, members));
  }
  out += ",\"upstream\":";
  json::append_string(out, upstream);
  out += '}';
  return out;
}

}  // namespace holdfast::proxy::mcp
