// The request target, read so that it has one reading only (03-calls "What the proxy accepts", RFC 3986).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.hpp"

namespace holdfast::proxy {

struct Target {
  std::string path;        // escapes of unreserved characters decoded, nothing else rewritten
  std::string_view query;  // as sent, without `?`; points into what was parsed
  bool has_query = false;
  bool encoded_slash = false;  // %2F stands in it: for upstreams with `encoded_slash: keep` only
};

// Takes origin form. Refuses dot segments (behind a `%2F`, and in escapes of escapes, too), empty segments,
// `;`, `\`, `%5C`, `%00`, controls, escapes that are not UTF-8, and what RFC 3986 does not allow in a path.
// Error: malformed.
[[nodiscard]] Result<Target> parse_target(std::string_view origin_form);

// Names and values of a query or form body (application/x-www-form-urlencoded), decoded. Error: malformed.
using Parameters = std::vector<std::pair<std::string, std::string>>;
[[nodiscard]] Result<Parameters> parse_parameters(std::string_view text);

// Whether it has at most a thousand of them, empty ones counted, and however they are separated: more are not
// read by all (qs, PHP and Tomcat leave the rest out, Django and Jetty refuse them).
[[nodiscard]] bool is_read_by_all(std::string_view text);

// The names in such a text that some readers find and others do not: behind an unescaped `;`, and behind the
// thousandth `&`.
[[nodiscard]] std::vector<std::string> disputed_names(std::string_view text);

// Replaces every %XX. Error: malformed (not hex, NUL, not UTF-8 afterwards).
[[nodiscard]] Result<std::string> percent_decode(std::string_view text, bool plus_is_space);

// The other spelling of a path that parse_target() made: escapes of what parse_target() takes as it is,
// and of `;`, decoded, the digits of the others in capitals. Empty when that changes nothing.
[[nodiscard]] std::string respell(std::string_view path);

// A path as a careless server may come to read it: decoded, decoded again, in any case and width (NFKC), `\`
// taken for `/`. What escapes nothing stays. Not for display: it may hold anything.
[[nodiscard]] std::string careless_path(std::string_view path);

}  // namespace holdfast::proxy
