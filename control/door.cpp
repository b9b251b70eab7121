#include "control/door.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <optional>
#include <string>

#include "net/address.hpp"

namespace holdfast::control {
namespace {

namespace ip = net::asio::ip;
namespace urls = boost::urls;

// A host in lower case, and its port in digits; the scheme's default port when none is written.
struct Authority {
  std::string host;
  std::string port;

  bool operator==(const Authority&) const = default;
};

struct Origin {
  std::string scheme;
  Authority authority;

  bool operator==(const Origin&) const = default;
};

std::string default_port(std::string_view scheme) {
  return scheme == "https" ? "443" : "80";
}

Authority authority_of(std::string_view host, std::string_view port, std::string_view scheme) {
  return {net::to_lower(host), port.empty() ? default_port(scheme) : std::string(port)};
}

// The authority of a Host header (RFC 9110 §7.2), or nothing when it is not one.
std::optional<Authority> parse_host(std::string_view text, std::string_view scheme) {
  const auto read = urls::parse_authority(urls::string_view(text.data(), text.size()));
  if (!read || read->has_userinfo() || read->host().empty()) return std::nullopt;
  return authority_of(read->host_address(), std::string_view(read->port().data(), read->port().size()),
                      scheme);
}

// `scheme://host[:port]` and nothing after it (RFC 6454 §6.2); "null" is not one.
std::optional<Origin> parse_origin(std::string_view text) {
  const auto read = urls::parse_uri(urls::string_view(text.data(), text.size()));
  if (!read || !read->has_authority() || read->has_userinfo() || read->host().empty()) return std::nullopt;
  if (!read->encoded_path().empty() || read->has_query() || read->has_fragment()) return std::nullopt;
  const std::string scheme = net::to_lower({read->scheme().data(), read->scheme().size()});
  return Origin{scheme, authority_of(read->host_address(),
                                     std::string_view(read->port().data(), read->port().size()), scheme)};
}

// The origin of a base address that may have a path.
std::optional<Origin> base_origin(const std::string& url) {
  const std::size_t authority = url.find("://");
  if (authority == std::string::npos) return std::nullopt;
  return parse_origin(std::string_view(url).substr(0, url.find('/', authority + 3)));
}

ip::address unmapped(const ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return ip::make_address_v4(ip::v4_mapped, address.to_v6());
  }
  return address;
}

// An address cannot be rebound; only names can.
bool is_own_address(const std::string& host, const ip::address& arrived_at) {
  boost::system::error_code error;
  const ip::address address = unmapped(ip::make_address(host, error));
  return !error && (address.is_loopback() || address == unmapped(arrived_at));
}

}  // namespace

bool host_is_ours(const Options& options, const Request& request) {
  if (net::count_headers(request.headers, "host") != 1) return false;
  const std::string_view text = net::find_header(request.headers, "host")->value;

  const auto base = base_origin(options.url);
  if (base && parse_host(text, base->scheme) == base->authority) return true;

  const auto host = parse_host(text, options.tls.given() ? "https" : "http");
  if (!host || host->port != std::to_string(request.local_port)) return false;
  return host->host == net::to_lower(options.host) || host->host == "localhost" ||
         is_own_address(host->host, request.local);
}

bool origin_is_ours(const Options& options, const Request& request) {
  const std::size_t count = net::count_headers(request.headers, "origin");
  if (count == 0) return true;
  if (count > 1) return false;
  const auto origin = parse_origin(net::find_header(request.headers, "origin")->value);
  return origin.has_value() && origin == base_origin(options.url);
}

}  // namespace holdfast::control
