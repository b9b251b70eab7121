// A small agent plane for the targets: an HTTP upstream `shop` with listed tools, one that keeps escaped
// slashes, and an MCP upstream `payment`.
#pragma once

#include <memory>
#include <string>

#include "policy/engine.hpp"
#include "proxy/snapshot.hpp"
#include "tests/fuzz/claim.hpp"

namespace holdfast::fuzz {

inline proxy::Tool tool(std::string name, std::string method, std::string path) {
  proxy::Tool out;
  out.name = std::move(name);
  out.method = std::move(method);
  out.path = std::move(path);
  return out;
}

inline proxy::Upstream shop() {
  proxy::Upstream upstream;
  upstream.name = "shop";
  upstream.authority = "shop.test:9001";
  upstream.base_path = "/api";
  upstream.path = "/shop/";
  upstream.tools = {tool("send", "POST", "/v1/send"), tool("list", "GET", "/v1/list"),
                    tool("wipe", "DELETE", "/v1/all"), tool("show", "GET", "/v1/customers/{id}"),
                    tool("merge", "GET", "/v1/customers/merge")};
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

// A rule reads the body of everything, so that every body is read; `payment.send` is a name of note.
inline std::shared_ptr<const proxy::Snapshot> snapshot() {
  auto out = std::make_shared<proxy::Snapshot>();
  proxy::Upstream files;
  files.name = "files";
  files.authority = "files.test";
  files.path = "/files/";
  files.keep_encoded_slash = true;
  out->options.upstreams = {shop(), payment(), files};
  out->options.limits.depth = 12;

  policy::Options options;
  policy::Rule reading;
  reading.tool = "**";
  reading.when.emplace();
  reading.when->kind = policy::Condition::Kind::test;
  reading.when->test.field = "body.never";
  reading.when->test.op = policy::Operator::exists;
  reading.when->test.operand.kind = policy::Operand::Kind::boolean;
  reading.when->test.operand.flag = true;
  policy::Rule send;
  send.tool = "payment.send";
  send.action = Effect::allow;
  options.rules = {reading, send};
  out->policy = policy::compile(std::move(options)).policy;
  claim(out->policy != nullptr, "the policy of the house compiles");
  return out;
}

}  // namespace holdfast::fuzz
