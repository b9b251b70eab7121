// Facts every request has, whatever its protocol.
#include <fmt/format.h>

#include "proxy/recognise_parts.hpp"

namespace holdfast::proxy {

RecogniseResult describe_request(const net::RequestHead& head, Recognised& out) {
  if (out.target.has_query) {
    auto query = parse_parameters(out.target.query);
    if (!query) {
      return tl::unexpected<Refused>(
          Refused{Ending::malformed, 400, -32600, "in the query, " + query.error().detail});
    }
    out.query = std::move(*query);
  }
  out.query_fields.reserve(out.query.size());
  for (const auto& [name, value] : out.query) {
    if (name == "_method") {
      return tl::unexpected<Refused>(Refused{
          Ending::malformed, 400, -32600, "the parameter _method could change what is run; it is refused"});
    }
    out.query_fields.push_back({name, value});
  }
  out.header_names.reserve(out.headers.size());
  out.header_fields.reserve(out.headers.size());
  for (const net::HeaderLine& line : out.headers) {
    out.header_names.push_back(net::to_lower(line.name));
    out.header_fields.push_back({out.header_names.back(), line.value});
  }
  Call& call = out.call;
  call.protocol = out.upstream->protocol;
  call.upstream = out.upstream->name;
  call.method = head.method;
  call.path = call.protocol == Protocol::http ? strip_prefix(*out.upstream, out.target.path)
                                              : std::string_view(out.target.path);
  const auto* host = net::find_header(head.headers, "Host");
  call.host = host == nullptr ? std::string_view{} : host->value;
  call.headers = out.header_fields;
  call.query = out.query_fields;
  return {};
}

}  // namespace holdfast::proxy
