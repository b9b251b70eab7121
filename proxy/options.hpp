// The agent plane: where agents reach us, who they are, and what stands behind.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/call.hpp"
#include "core/endpoint.hpp"
#include "core/problem.hpp"
#include "core/secret.hpp"
#include "core/tls_files.hpp"
#include "core/tool.hpp"

namespace holdfast::proxy {

using holdfast::Tool;

class RouteIndex;
class Learnt;

// A header that is ours to send: the agent holds no credential.
struct InjectedHeader {
  std::string name;  // as it is sent
  Secret value;
};

// Its endpoint is that of its url.
struct Upstream : Endpoint {
  std::string name;
  Protocol protocol = Protocol::http;
  std::string base_path;    // of the url, no slash at the end ("" for a bare authority; for mcp the endpoint)
  std::string authority;    // Host to send: host, and port unless it is the scheme's default
  std::string path;         // prefix on the agent plane, with both slashes (http), or the endpoint (mcp)
  std::vector<Tool> tools;  // listed tools; for mcp name, operation and sensitivity only
  std::shared_ptr<const RouteIndex> routes;  // of the tools, for finding one; may be null
  std::shared_ptr<Learnt> learnt;      // of an mcp upstream: what its own list says of its tools; may be null
  std::vector<InjectedHeader> inject;  // in place of whatever the agent sends under these names
  bool loose_routes = false;
  bool preserve_host = false;
  bool keep_encoded_slash = false;
  bool keep_method_in_body = false;  // a `_method` in a body is not looked for: it overrides nothing there
  Position at;
};

// An agent has one of these to be known by, or, when it is the only agent, none.
struct KnownAgent {
  Agent agent;
  Secret token;          // Holdfast-Agent-Token
  std::string mtls;      // of its certificate: the subject, or a name (`DNS:...`, `URI:...`)
  std::string listener;  // where nobody else calls
  [[nodiscard]] bool has_credential() const { return !token.empty() || !mtls.empty() || !listener.empty(); }
  Position at;
};

struct Limits {
  std::size_t body = 1 << 20;
  std::size_t headers = 100;
  std::size_t header_bytes = 32 << 10;
  std::chrono::milliseconds header_time = std::chrono::seconds(10);
  std::chrono::milliseconds idle = std::chrono::seconds(75);
  std::chrono::milliseconds body_idle = std::chrono::seconds(30);   // silence inside a body
  std::chrono::milliseconds write_idle = std::chrono::seconds(30);  // an answer of which nothing is taken
  std::size_t connections = 10000;
  std::size_t reply = 4 << 20;  // bytes of an MCP reply, or of one event: held in memory to be checked
  std::size_t depth = 64;
  std::size_t tool_name =
      128;  // bytes, with the upstream's; an entry of the receipt log has room for no more
};

struct Hold {
  std::chrono::milliseconds wait = std::chrono::seconds(50);
  std::chrono::milliseconds max_wait = std::chrono::seconds(300);
  std::chrono::milliseconds progress = std::chrono::seconds(10);  // between signs of life
};

// A further place to listen on.
struct Listener {
  std::string name;
  std::string host = "127.0.0.1";
  std::string port;
  TlsFiles tls;
  Position at;
};

struct Options {
  std::string host = "127.0.0.1";
  std::string port = "8080";
  TlsFiles tls;
  Position tls_at;
  std::vector<Listener> listeners;   // beside that one
  std::vector<std::string> origins;  // allowed Origin values beside loopback
  std::vector<KnownAgent> agents;
  std::vector<Upstream> upstreams;
  Limits limits;
  Hold hold;
  std::vector<std::string> ignore_headers;  // digest.ignore_headers, lower case
  bool mcp_deny_as_error = false;           // mcp.deny_as
  int loops = 0;                            // 0: one per core
};

}  // namespace holdfast::proxy
