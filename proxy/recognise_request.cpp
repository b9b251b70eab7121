// Facts every request has, whatever its protocol.
#include <fmt/format.h>

#include <algorithm>

#include "policy/host_name.hpp"
#include "proxy/override_name.hpp"
#include "proxy/override_search.hpp"
#include "proxy/recognise_parts.hpp"

namespace holdfast::proxy {
namespace {

std::string_view trimmed(std::string_view text, std::string_view what) {
  const auto first = text.find_first_not_of(what);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(what) - first + 1);
}

// What a parameter says of the charset. A quoted `;` only makes this see parameters that are not there, and
// find fault with them.
void read_charset(std::string_view parameter, MediaType& media) {
  const std::size_t equals = parameter.find('=');
  const std::string name = net::to_lower(trimmed(parameter.substr(0, equals), " \t"));
  const std::string value =
      equals == std::string_view::npos ? "" : net::to_lower(trimmed(parameter.substr(equals + 1), " \t"));
  // Tomcat looks for `charset=` wherever it stands.
  const bool hidden = value.find("charset=") != std::string::npos;
  if (!name.starts_with("charset") && !hidden) return;
  const std::string_view charset = trimmed(value, "\"");
  if (charset == "utf-8" || charset == "utf8" || charset == "us-ascii") return;
  media.utf8 = false;
  media.ascii =
      media.ascii && !hidden &&
      (charset.starts_with("iso-8859-") || charset.starts_with("windows-125") || charset == "latin1");
}

// Their names in lower case stand one behind another.
void fill_headers(Recognised& out) {
  std::size_t size = 0;
  for (const net::HeaderLine& line : out.headers)
    size += line.name.size();
  out.header_names.resize(size);
  out.header_fields.reserve(out.headers.size());
  char* at = out.header_names.data();
  for (const net::HeaderLine& line : out.headers) {
    const std::string_view name(at, line.name.size());
    at = std::transform(line.name.begin(), line.name.end(), at, net::lower);
    out.header_fields.push_back({name, line.value});
  }
}

}  // namespace

MediaType media_type(std::string_view content_type) {
  MediaType media;
  std::size_t semicolon = content_type.find(';');
  media.type = trimmed(content_type.substr(0, semicolon), " \t");
  while (semicolon != std::string_view::npos) {
    content_type.remove_prefix(semicolon + 1);
    semicolon = content_type.find(';');
    read_charset(content_type.substr(0, semicolon), media);
  }
  return media;
}

bool is_encoded(const net::RequestHead& head) {
  return std::any_of(head.headers.begin(), head.headers.end(), [](const net::HeaderLine& line) {
    return net::same_name(line.name, "Content-Encoding") && !net::same_name(line.value, "identity");
  });
}

RecogniseResult describe_request(const net::RequestHead& head, Recognised& out) {
  if (out.target.has_query) {
    auto query = parse_parameters(out.target.query);
    if (!query) {
      return tl::unexpected<Refused>(
          Refused{Ending::malformed, 400, -32600, "in the query, " + query.error().detail});
    }
    out.query = std::move(*query);
    // Rack and CGI.pm take `;` for an `&`.
    if (out.target.query.find(';') != std::string_view::npos && OverrideSearch("").finds(out.target.query))
      return tl::unexpected<Refused>(Refused{Ending::malformed, 400, -32600, kMethodOverride});
  }
  out.query_fields.reserve(out.query.size());
  for (const auto& [name, value] : out.query) {
    if (overrides_method(name)) {
      return tl::unexpected<Refused>(Refused{Ending::malformed, 400, -32600, kMethodOverride});
    }
    out.query_fields.push_back({name, value});
  }
  if (out.target.has_query) {
    out.disputed_query = disputed_names(out.target.query);
    out.unclear_query.assign(out.disputed_query.begin(), out.disputed_query.end());
    out.call.unclear_query = out.unclear_query;
  }
  fill_headers(out);
  Call& call = out.call;
  call.protocol = out.upstream->protocol;
  call.upstream = out.upstream->name;
  call.method = head.method;
  call.path = call.protocol == Protocol::http ? strip_prefix(*out.upstream, out.target.path)
                                              : std::string_view(out.target.path);
  out.respelt_path = respell(call.path);
  call.respelt_path = out.respelt_path;
  const auto* host = net::find_header(head.headers, "Host");
  out.sent_host = host == nullptr ? std::string_view{} : host->value;
  const policy::HostName name = policy::read_host(out.sent_host, out.upstream->tls ? "443" : "80", out.host);
  call.host = name.host;
  call.host_alone = name.without_port;
  call.headers = out.header_fields;
  call.query = out.query_fields;
  return {};
}

}  // namespace holdfast::proxy
