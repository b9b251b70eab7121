// One JSON-RPC 2.0 message as MCP's Streamable HTTP carries it (revisions 2025-06-18 and 2025-11-25), and the
// canonical call of 03-calls.
#pragma once

#include <string>
#include <string_view>

#include "core/json.hpp"
#include "core/result.hpp"
#include "net/http_message.hpp"

namespace holdfast::proxy::mcp {

enum class Kind { request, notification, response };

// Points into the document it was read from.
struct Message {
  Kind kind = Kind::request;
  std::string_view method;              // empty for a response
  std::string id;                       // JSON text; empty for a notification
  const json::Value* params = nullptr;  // null: none
  const json::Value* progress_token = nullptr;
};

// Error: malformed. Batches are refused: none of these revisions has them. So are members whose names only
// resemble those of JSON-RPC: somebody else may read them.
[[nodiscard]] Result<Message> read_message(const json::Value& root);

// Methods that pass without judgement: the handshake, pings, the lists of the specification, its
// notifications, and replies to the server's own requests.
[[nodiscard]] bool passes(const Message& message);

// What gateways may go by must say what the body says: Mcp-Method, Mcp-Name, and Mcp-Param-<Name>, which is
// the argument of that name (in any case) as SEP-2243 writes it. Another Mcp-* than these, the session's and
// the revision's says nothing that could be compared. Error: malformed (-32020).
[[nodiscard]] Result<void> check_headers(const Message& message, const std::vector<net::HeaderLine>& headers);

// RFC 8785 of {"method","params","upstream"}, numbers as written, without the members of `_meta` that differ
// between retries (progressToken, traceparent, tracestate, baggage); an empty `_meta` is dropped.
[[nodiscard]] std::string canonical_call(std::string_view upstream, const Message& message);

// The JSON text of an id or progress token, as RFC 8785 writes it: equal ids have equal texts, of equal JSON
// type.
[[nodiscard]] std::string id_text(const json::Value& id);

}  // namespace holdfast::proxy::mcp
