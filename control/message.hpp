// What goes in and out of an endpoint of the control plane, free of sockets: a request read whole, and its
// answer.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "approvals/options.hpp"
#include "control/target.hpp"
#include "core/clock.hpp"
#include "core/result.hpp"
#include "net/address.hpp"
#include "net/http_message.hpp"

namespace holdfast::net {
class HttpServer;
}

namespace holdfast::control {

// Who is asking, known from the credential. `id` points into the configuration.
struct Caller {
  std::string id;
  bool votes = false;  // an approver
  approvals::Roles roles;
  std::string credential;  // the mark of an approver's token; empty for another's

  [[nodiscard]] bool sees_every_hold() const { return roles.auditor || roles.admin; }
};

// The views point into the connection's buffers; it keeps them, and this, until the answer is written.
struct Request {
  std::string_view method;
  std::string_view target_text;  // as sent, in origin form
  Target target;
  std::vector<net::HeaderLine> headers;
  std::string_view body;
  net::Address peer;   // who connected
  net::Address local;  // the address of ours it connected to
  unsigned short local_port = 0;
  // The connection it came on, read to the request's end: whoever answers late may watch it. Null: nobody's.
  net::HttpServer* connection = nullptr;
  bool http10 = false;

  // Filled in on the way to the endpoint:
  std::string id;                // the path segment the route leaves open
  Query query;                   // the parameters the route allows
  std::optional<Caller> caller;  // whose token it carries, where the route asks for one
};

struct Response {
  int status = 200;
  std::string type = "application/json";
  std::string body;
  std::vector<std::pair<std::string_view, std::string>> headers;  // beside those every answer has
};

// application/problem+json (RFC 9457) with the status's own meaning. The detail is one sentence without a
// secret.
[[nodiscard]] Response problem(int status, std::string_view detail);
// By the status table of 04-approvals.
[[nodiscard]] Response problem(const Error& error);

[[nodiscard]] Response json_answer(std::string body);
[[nodiscard]] Response text_answer(std::string body);

// Status line and headers. `to_http10` and `keep_alive` are those of the request (RFC 9112 §9.3).
[[nodiscard]] std::string head_text(const Response& response, WallTime now, bool to_http10, bool keep_alive);

}  // namespace holdfast::control
