#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <charconv>

#include "net/fetch.hpp"

namespace holdfast::net {
namespace {

std::string text(boost::core::string_view view) {
  return {view.data(), view.size()};
}

bool good_port(std::string_view port) {
  std::uint16_t number = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  return error == std::errc() && end == port.data() + port.size() && number != 0;
}

}  // namespace

Result<Url> parse_url(std::string_view given) {
  // The text is not repeated in the errors: a webhook's URL may hold a secret.
  const auto parsed = boost::urls::parse_uri({given.data(), given.size()});
  if (!parsed) return fail(Code::malformed, "not a URL: " + parsed.error().message());
  const boost::urls::url_view& url = *parsed;
  Url out;
  if (url.scheme_id() == boost::urls::scheme::https) {
    out.tls = true;
  } else if (url.scheme_id() != boost::urls::scheme::http) {
    return fail(Code::malformed, "the URL is neither http nor https");
  }
  if (url.has_userinfo())
    return fail(Code::malformed, "the URL holds a user name or password; use a header instead");
  if (url.has_fragment()) return fail(Code::malformed, "the URL has a fragment");
  out.host = text(url.encoded_host());
  if (out.host.empty() || out.host.find('%') != out.host.npos ||
      url.host_type() == boost::urls::host_type::ipvfuture) {
    return fail(Code::malformed, "the URL's host is neither a name nor an address");
  }
  if (out.host.front() == '[') out.host = out.host.substr(1, out.host.size() - 2);
  out.port = url.has_port() ? text(url.port()) : out.tls ? "443" : "80";
  if (!good_port(out.port)) return fail(Code::malformed, "the URL's port is not one");
  out.authority = text(url.encoded_host_and_port());
  out.target = text(url.encoded_path());
  if (out.target.empty()) out.target = "/";
  if (url.has_query()) out.target += "?" + text(url.encoded_query());
  return out;
}

}  // namespace holdfast::net
