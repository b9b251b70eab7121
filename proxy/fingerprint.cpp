#include "proxy/fingerprint.hpp"

#include "crypto/encoding.hpp"
#include "proxy/claims.hpp"
#include "proxy/headers.hpp"

namespace holdfast::proxy {

crypto::Hash content_hash(const Recognised& call, std::string_view body) {
  if (!call.message) return crypto::sha256(body);
  return crypto::sha256(mcp::canonical_call(call.upstream->name, *call.message));
}

crypto::RequestComponents components_of(const Recognised& call, const crypto::Hash& content) {
  crypto::RequestComponents components;
  components.method = call.call.method;
  components.target_uri = call.target_uri;
  components.content_type = call.content_type;
  components.content = content;
  components.headers.reserve(call.header_fields.size() + 2);  // and context and host
  for (const Field& field : call.header_fields) {
    if (!outside_match_key(field.name, call.snapshot->options.ignore_headers)) {
      components.headers.emplace_back(field.name, field.value);
    }
  }
  // It is not sent, but whoever approved has read it: with another one it is another call, whatever is
  // ignored.
  if (!call.context_header.empty()) components.headers.emplace_back(kContextComponent, call.context_header);
  if (call.upstream->preserve_host) components.headers.emplace_back("host", call.sent_host);
  return components;
}

std::string match_key(const Recognised& call, const crypto::RequestComponents& components) {
  // Two upstreams may stand for one URL, and be ruled differently.
  const std::string text = call.upstream->name + "\n" + crypto::signature_base(components, "");
  const crypto::Hash hash = crypto::sha256(text);
  return crypto::to_hex(crypto::bytes_of(hash));
}

}  // namespace holdfast::proxy
