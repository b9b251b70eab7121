// Saying no, in the caller's own protocol. The only place that maps endings to HTTP statuses and JSON-RPC
// codes (the table in 09-interfaces).
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "core/ending.hpp"
#include "net/task.hpp"
#include "proxy/answer.hpp"
#include "proxy/exchange.hpp"

namespace holdfast::proxy {

struct Refusal {
  Ending ending = Ending::policy_denied;
  std::string detail = {};              // one sentence, for the agent
  std::string approval_id = {};         // when a hold stands behind it
  std::string handle = {};              // approval_pending: of the status URL
  int http_status = 0;                  // 0: the table's
  int rpc_code = 0;                     // malformed MCP only; 0: the table's
  std::chrono::seconds retry_after{0};  // when it is known; 0: it is not
};

// The problem document (RFC 9457) of a refusal, with the members of 09-interfaces.
[[nodiscard]] std::string problem_text(const Exchange& exchange, const Refusal& refusal);

// The JSON-RPC message that refuses an MCP request: a tool result with isError for tools/call, else an error.
[[nodiscard]] std::string rpc_refusal(const Exchange& exchange, const Refusal& refusal);

// Sends the refusal: as a problem document, a JSON-RPC message, or an event if the answer streams events
// already.
net::task<void> refuse(Exchange* exchange, Answer* answer, Refusal refusal);

// A request that could not even be read: the whole response, after which the connection is closed.
[[nodiscard]] std::string unreadable_request(const Error& error);

// For a connection beyond limits.connections: the whole response, before anything of it is read.
[[nodiscard]] std::string too_many_connections();

// Where the caller finds the state of a held call.
[[nodiscard]] std::string status_path(std::string_view handle);

}  // namespace holdfast::proxy
