#include "proxy/claims.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>

#include "proxy/mcp/json_spans.hpp"

namespace holdfast::proxy {
namespace {

constexpr int kInvalidRequest = -32600;
constexpr int kInvalidParams = -32602;

tl::unexpected<Refused> malformed(std::string_view what) {
  return tl::unexpected<Refused>(Refused{Ending::malformed, 400, kInvalidRequest,
                                         fmt::format("the header {} {}", kContextHeader, what)});
}

tl::unexpected<Refused> malformed_member(std::string_view what) {
  return tl::unexpected<Refused>(Refused{Ending::malformed, 400, kInvalidParams,
                                         fmt::format("params._meta[\"{}\"] {}", kContextMember, what)});
}

std::string too_long() {
  return fmt::format("has more than {} bytes; name a ticket there and keep the rest behind it", kMaxContext);
}

// Bytes that the value at the end of these members takes in the text that the document was read from.
std::size_t sent_size(std::string_view text, const json::Value& root,
                      std::initializer_list<std::string_view> names) {
  mcp::Span span{0, text.size()};
  const json::Value* at = &root;
  for (const std::string_view name : names) {
    const auto members = at->members();
    const auto member = std::find_if(members.begin(), members.end(),
                                     [&](const json::Member& one) { return one.name == name; });
    span = mcp::member_span(text, span, static_cast<std::size_t>(member - members.begin()));
    at = &member->value;
  }
  return span.end - span.begin;
}

}  // namespace

RecogniseResult read_context(const net::RequestHead& head, Recognised& out) {
  const net::HeaderLine* sent = net::find_header(head.headers, kContextHeader);
  if (sent == nullptr) return {};
  if (net::count_headers(head.headers, kContextHeader) > 1) return malformed("stands twice");
  if (sent->value.size() > kMaxContext) return malformed(too_long());
  auto parsed = json::parse(sent->value, {kMaxContext, out.snapshot->options.limits.depth});
  if (!parsed) return malformed("is not the JSON it should be: " + parsed.error().detail);
  if (!parsed->root().is(json::Kind::object)) return malformed("must be a JSON object");
  out.context.emplace(std::move(*parsed));
  out.context_header = sent->value;
  out.call.context = &out.context->root();
  out.call.context_state = Readable::whole;
  return {};
}

RecogniseResult read_message_context(std::string_view body, Recognised& out) {
  const json::Value* params = out.message->params;
  const json::Value* meta = params == nullptr ? nullptr : params->find("_meta");
  const json::Value* context = meta == nullptr ? nullptr : meta->find(kContextMember);
  if (context == nullptr) return {};
  if (out.call.context != nullptr)
    return malformed_member(fmt::format("and the header {} are both there; send one", kContextHeader));
  if (!context->is(json::Kind::object)) return malformed_member("must be an object");
  if (sent_size(body, out.document->root(), {"params", "_meta", kContextMember}) > kMaxContext)
    return malformed_member(too_long());
  out.call.context = context;
  out.call.context_state = Readable::whole;
  return {};
}

std::string context_text(const Recognised& call) {
  if (call.call.context == nullptr) return {};
  if (!call.context_header.empty()) return std::string(call.context_header);
  return json::to_text(*call.call.context);
}

}  // namespace holdfast::proxy
