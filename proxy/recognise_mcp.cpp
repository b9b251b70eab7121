// Calls of `protocol: mcp` over Streamable HTTP: POST carries one JSON-RPC message, GET opens the server's
// stream, DELETE ends the session.
#include <fmt/format.h>

#include "policy/names.hpp"
#include "proxy/claims.hpp"
#include "proxy/learnt.hpp"
#include "proxy/mcp/session.hpp"
#include "proxy/recognise_parts.hpp"
#include "proxy/shown_tools.hpp"

namespace holdfast::proxy {
namespace {

tl::unexpected<Refused> refuse(int status, int rpc_code, std::string detail) {
  return tl::unexpected<Refused>(Refused{Ending::malformed, status, rpc_code, std::move(detail)});
}

constexpr int kParseError = -32700;
constexpr int kInvalidRequest = -32600;
constexpr int kInvalidParams = -32602;
constexpr int kHeaderMismatch = -32020;

constexpr std::string_view kToolCall = "tools/call";

bool has_control(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x20 || c == 0x7F) return true;
    // U+0080 to U+009F in UTF-8.
    if (c == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0) return true;
  }
  return false;
}

// `<upstream>.<name>` for tools/call, else `<upstream>.mcp.<method>`.
RecogniseResult read_name(Recognised& out) {
  const mcp::Message& message = *out.message;
  if (message.method != kToolCall) {
    // Whoever takes it for a call would run a tool that was judged as another one.
    if (policy::careless_tool(message.method) == kToolCall) {
      return refuse(400, kInvalidRequest, "the method is nearly tools/call; send exactly that");
    }
    out.tool_name = fmt::format("{}.mcp.{}", out.upstream->name, message.method);
    return {};
  }
  const json::Value* name = message.params == nullptr ? nullptr : message.params->find("name");
  if (name == nullptr || !name->is(json::Kind::string) || name->text().empty()) {
    return refuse(400, kInvalidParams, "tools/call names no tool");
  }
  if (name->text().starts_with("http.") || name->text().starts_with("mcp.")) {
    return refuse(400, kInvalidParams, "a tool's name may not begin with http. or mcp.");
  }
  out.tool_name = fmt::format("{}.{}", out.upstream->name, name->text());
  return {};
}

// A pattern is the policy's own business, and the agent could not send it; the name of a hidden tool is not
// for the agent.
bool may_be_told(const Recognised& out, std::string_view tool) {
  const std::string_view home = out.upstream->name;
  const bool ours = tool.size() > home.size() && tool.starts_with(home) && tool[home.size()] == '.';
  return ours && tool.find('*') == std::string_view::npos &&
         !is_hidden(out, tool.substr(home.size() + 1), {});
}

// The tool of a judged message, or why it could be another one to somebody else.
RecogniseResult name_tool(Recognised& out) {
  if (auto read = read_name(out); !read) return read;
  if (has_control(out.tool_name)) {
    return refuse(400, kInvalidParams, "the tool's name has a control character");
  }
  const std::size_t most = out.snapshot->options.limits.tool_name;
  if (out.tool_name.size() > most) {
    return refuse(400, kInvalidParams, fmt::format("the tool's name has more than {} bytes", most));
  }
  const std::string_view like = out.snapshot->policy->look_alike(out.tool_name);
  if (like.empty()) return {};
  if (!may_be_told(out, like)) {
    return refuse(400, kInvalidParams,
                  "the tool's name is nearly one that the policy is about; send it exactly as the server "
                  "lists it");
  }
  return refuse(400, kInvalidParams, fmt::format("the tool's name is nearly {}; send exactly that", like));
}

void fill_call(Recognised& out) {
  Call& call = out.call;
  call.tool = out.tool_name;
  const std::string_view name = call.tool.substr(out.upstream->name.size() + 1);
  out.match.tool = find_named_tool(*out.upstream, name);
  if (out.match.tool != nullptr) {
    call.operation = out.match.tool->operation;
    call.sensitivity = out.match.tool->sensitivity;
  }
  if (out.upstream->learnt != nullptr) out.annotations = out.upstream->learnt->of(name);
  // Of what no list was about, or two lists differ, it is not known what the server would say.
  call.untold.annotations = !out.annotations.has_value();
  if (out.annotations) call.annotations = &*out.annotations;
  call.body_state = Readable::whole;
  call.body = &out.document->root();
  const mcp::Message& message = *out.message;
  // The arguments of a tool call; of another method, its params.
  const json::Value* args = message.params;
  if (message.method == "tools/call") args = message.params->find("arguments");
  if (args == nullptr) return;
  call.args = args;
  call.args_state = args->is(json::Kind::object) ? Readable::whole : Readable::unreadable;
}

// Several agents: a session is the agent's that received it. The server is shown its own id again.
RecogniseResult own_session(Recognised& out) {
  if (out.snapshot->options.agents.size() < 2) return {};
  for (std::size_t i = 0; i < out.headers.size(); ++i) {
    if (out.header_fields[i].name != "mcp-session-id") continue;
    if (!out.session.empty()) return refuse(400, kInvalidRequest, "the header Mcp-Session-Id stands twice");
    auto session = mcp::unbind_session(out.snapshot->session_key, out.call.agent->id, out.upstream->name,
                                       out.headers[i].value);
    if (!session) return refuse(404, kInvalidRequest, session.error().detail);
    out.session = std::move(*session);
    out.headers[i].value = out.session;
    out.header_fields[i].value = out.session;
  }
  return {};
}

}  // namespace

RecogniseResult recognise_mcp_head(const net::RequestHead& head, Recognised& out) {
  if (auto owned = own_session(out); !owned) return owned;
  if (head.method == "POST") {
    if (is_encoded(head)) {
      return refuse(415, kInvalidRequest,
                    "send the body without Content-Encoding: it has to be read to be judged");
    }
    const MediaType media = media_type(out.content_type);
    if (!net::same_name(media.type, "application/json") || !media.utf8) {
      return refuse(415, kInvalidRequest,
                    "MCP messages are application/json in UTF-8; say so in Content-Type");
    }
    out.needs_body = true;
    return {};
  }
  if (head.method == "GET" || head.method == "DELETE") {
    if (head.framing != net::Framing::none)
      return refuse(400, kInvalidRequest, "this method takes no body here");
    return {};
  }
  return refuse(501, kInvalidRequest, fmt::format("MCP has no use for the method {}", head.method));
}

RecogniseResult recognise_mcp_body(const net::RequestHead& head, std::string_view body, Recognised& out) {
  if (head.method != "POST") return {};
  const Limits& limits = out.snapshot->options.limits;
  auto document = json::parse(body, {limits.body, limits.depth});
  if (!document) return refuse(400, kParseError, "the body: " + document.error().detail);
  out.document.emplace(std::move(*document));
  auto message = mcp::read_message(out.document->root());
  if (!message) return refuse(400, kInvalidRequest, message.error().detail);
  out.message.emplace(std::move(*message));
  if (auto agrees = mcp::check_headers(*out.message, head.headers); !agrees) {
    return refuse(400, kHeaderMismatch, agrees.error().detail);
  }
  if (mcp::passes(*out.message)) return {};
  out.is_call = true;
  if (auto named = name_tool(out); !named) return named;
  fill_call(out);
  return read_message_context(body, out);
}

}  // namespace holdfast::proxy
