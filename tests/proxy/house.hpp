// A small agent plane to ask: an HTTP upstream `shop`, an MCP upstream `payment`, and requests written as
// text.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/http_parse.hpp"
#include "proxy/recognise.hpp"
#include "tests/policy/writing.hpp"

namespace holdfast::test {

inline proxy::Tool tool(std::string name, std::string method, std::string path,
                        std::vector<std::pair<std::string, std::string>> args = {}) {
  proxy::Tool tool;
  tool.name = std::move(name);
  tool.method = std::move(method);
  tool.path = std::move(path);
  tool.args = std::move(args);
  return tool;
}

inline proxy::Upstream shop(std::vector<proxy::Tool> tools = {}) {
  proxy::Upstream upstream;
  upstream.name = "shop";
  upstream.authority = "shop.test:9001";
  upstream.path = "/shop/";
  upstream.tools = std::move(tools);
  return upstream;
}

inline proxy::Upstream payment() {
  proxy::Upstream upstream;
  upstream.name = "payment";
  upstream.protocol = Protocol::mcp;
  upstream.authority = "payment.test:9002";
  upstream.base_path = "/mcp";
  upstream.path = "/mcp/payment";
  return upstream;
}

inline proxy::KnownAgent known_agent(std::string id, std::string token) {
  proxy::KnownAgent known;
  known.agent.id = std::move(id);
  known.agent.authenticated_by = token.empty() ? "only_agent" : "token";
  known.token = Secret(std::move(token));
  return known;
}

// A rule that reads a body, so that every body is read.
inline std::vector<policy::Rule> reading_rules() {
  return {policy::rule("**", Effect::deny, policy::is("body.never", policy::Operator::exists, "true")),
          policy::rule("payment.send", Effect::allow)};
}

inline std::shared_ptr<proxy::Snapshot> snapshot(std::vector<proxy::Upstream> upstreams,
                                                 std::vector<policy::Rule> rules = reading_rules()) {
  auto snapshot = std::make_shared<proxy::Snapshot>();
  snapshot->options.upstreams = std::move(upstreams);
  snapshot->policy = policy::compiled(policy::options(std::move(rules)));
  snapshot->policy_digest = "sha256:00";
  snapshot->session_key = "a key of the test";
  return snapshot;
}

// A request as it stands on the wire, recognised. Stays where it is.
struct Asked {
  Asked(std::shared_ptr<const proxy::Snapshot> snapshot, std::string line,
        std::vector<std::string> headers = {}, std::string its_body = "")
      : body(std::move(its_body)) {
    text = line + " HTTP/1.1\r\nHost: agent.test\r\n";
    for (const std::string& header : headers)
      text += header + "\r\n";
    if (!body.empty()) text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    text += "\r\n";
    auto parsed = net::parse_request_head(text, 100);
    if (!parsed) {
      ADD_FAILURE() << line << ": " << parsed.error().detail;
      return;
    }
    head = std::move(*parsed);
    result = proxy::recognise_head(std::move(snapshot), head, out);
    head_passed = result.has_value();
    if (result && (out.needs_body || !body.empty())) result = proxy::recognise_body(head, body, out);
  }
  Asked(const Asked&) = delete;
  Asked& operator=(const Asked&) = delete;

  // The status of the refusal, or 0.
  [[nodiscard]] int refused() const { return result ? 0 : result.error().http_status; }
  [[nodiscard]] std::string why() const { return result ? "" : result.error().detail; }
  [[nodiscard]] std::string tool() const { return std::string(out.call.tool); }
  [[nodiscard]] std::string args() const {
    if (out.call.args_state == Readable::absent) return "absent";
    if (out.call.args_state == Readable::unreadable) return "unreadable";
    return json::to_text(*out.call.args);
  }

  std::string text, body;
  net::RequestHead head;
  proxy::Recognised out;
  proxy::RecogniseResult result;
  bool head_passed = false;
};

inline const std::string kJson = "Content-Type: application/json";
inline const std::string kForm = "Content-Type: application/x-www-form-urlencoded";

inline std::string rpc(std::string_view method, std::string_view params = "", std::string_view id = "1") {
  std::string text = R"({"jsonrpc":"2.0")";
  if (!id.empty()) text.append(R"(,"id":)").append(id);
  text.append(R"(,"method":")").append(method).append("\"");
  if (!params.empty()) text.append(R"(,"params":)").append(params);
  return text + "}";
}

}  // namespace holdfast::test
