#include "proxy/claims.hpp"

#include <fmt/format.h>

namespace holdfast::proxy {
namespace {

tl::unexpected<Refused> malformed(std::string_view what) {
  return tl::unexpected<Refused>(
      Refused{Ending::malformed, 400, -32600, fmt::format("the header {} {}", kContextHeader, what)});
}

}  // namespace

RecogniseResult read_context(const net::RequestHead& head, Recognised& out) {
  const net::HeaderLine* sent = net::find_header(head.headers, kContextHeader);
  if (sent == nullptr) return {};
  if (net::count_headers(head.headers, kContextHeader) > 1) return malformed("stands twice");
  // Its length is bounded by that of the head.
  auto parsed = json::parse(sent->value, {sent->value.size(), out.snapshot->options.limits.depth});
  if (!parsed) return malformed("is not the JSON it should be: " + parsed.error().detail);
  if (!parsed->root().is(json::Kind::object)) return malformed("must be a JSON object");
  out.context.emplace(std::move(*parsed));
  out.call.context = &out.context->root();
  out.call.context_state = Readable::whole;
  return {};
}

}  // namespace holdfast::proxy
