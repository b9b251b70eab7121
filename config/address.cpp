#include "config/address.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/url/ipv4_address.hpp>
#include <boost/url/ipv6_address.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <cctype>

#include "config/scalar.hpp"

namespace holdfast::config {
namespace {

namespace urls = boost::urls;

bool is_port(std::string_view text) {
  const auto port = parse_integer(text);
  return port && *port >= 0 && *port <= 65535 && text.front() != '-';
}

bool is_host_name(std::string_view host) {
  return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-';
  });
}

Result<HostPort> checked(std::string_view host, std::string_view port, bool bracketed) {
  const bool good = bracketed ? static_cast<bool>(urls::parse_ipv6_address(host)) : is_host_name(host);
  if (!good) return fail(Code::malformed, "its host is neither an address nor a name");
  if (!is_port(port)) return fail(Code::malformed, "its port must be a number from 0 to 65535");
  return HostPort{std::string(host), std::string(port)};
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

}  // namespace

Result<HostPort> parse_listen(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return fail(Code::malformed, "it has no port");
  const std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  if (host.empty()) return fail(Code::malformed, "it has no host");
  if (host.starts_with('[') && host.ends_with(']'))
    return checked(host.substr(1, host.size() - 2), port, true);
  if (host.find(':') != std::string_view::npos) {
    return fail(Code::malformed, "an IPv6 address stands in brackets, such as [::1]:8080");
  }
  return checked(host, port, false);
}

bool is_loopback(std::string_view host) {
  if (lower(host) == "localhost") return true;
  if (const auto v4 = urls::parse_ipv4_address(host)) return v4->to_bytes()[0] == 127;
  const auto v6 = urls::parse_ipv6_address(host);
  return v6 && v6->is_loopback();
}

Result<HttpUrl> parse_http_url(const std::string& text) {
  const auto parsed = urls::parse_absolute_uri(text);
  if (!parsed) {
    const bool has_fragment = text.find('#') != std::string::npos;
    return fail(Code::malformed, has_fragment ? "it has a fragment" : "it is not an absolute URL");
  }
  const urls::url_view& url = *parsed;
  HttpUrl out;
  const std::string scheme = lower(url.scheme());
  if (scheme != "http" && scheme != "https")
    return fail(Code::malformed, "its scheme is neither http nor https");
  if (url.has_userinfo()) return fail(Code::malformed, "it has a user; credentials do not belong into a URL");
  if (url.has_query()) return fail(Code::malformed, "it has a query");
  if (!url.has_authority() || url.encoded_host().empty()) return fail(Code::malformed, "it has no host");
  out.tls = scheme == "https";
  const std::string shown = lower(url.encoded_host());
  const bool v6 = shown.front() == '[';
  out.host = v6 ? shown.substr(1, shown.size() - 2) : shown;
  if (v6 ? !urls::parse_ipv6_address(out.host) : !is_host_name(out.host)) {
    return fail(Code::malformed, "its host is neither an address nor a name");
  }
  const std::string own = out.tls ? "443" : "80";
  out.port = url.has_port() && !url.port().empty() ? std::string(url.port()) : own;
  if (!is_port(out.port) || out.port == "0")
    return fail(Code::malformed, "its port must be a number from 1 to 65535");
  out.authority = out.port == own ? shown : fmt::format("{}:{}", shown, out.port);
  out.path = std::string(url.encoded_path());
  return out;
}

Result<void> check_path(std::string_view path) {
  constexpr std::string_view kMarks = "-._~!$&'()*+,=:@/";
  if (!path.starts_with('/')) return fail(Code::malformed, "it does not begin with /");
  for (const char c : path) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || kMarks.find(c) != std::string_view::npos)
      continue;
    return fail(Code::malformed,
                fmt::format("it holds a character that does not stand for itself in a path"));
  }
  std::string_view rest = path.substr(1);
  while (true) {
    const std::size_t slash = rest.find('/');
    const std::string_view segment = rest.substr(0, slash);
    if (segment == "." || segment == "..") return fail(Code::malformed, "it has a dot segment");
    if (slash == std::string_view::npos) return {};
    if (segment.empty()) return fail(Code::malformed, "it has an empty segment");
    rest.remove_prefix(slash + 1);
  }
}

}  // namespace holdfast::config
