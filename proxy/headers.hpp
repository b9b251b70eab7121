// Which headers pass in either direction. Filtering comes before judging: a rule sees the headers that will
// be sent.
#pragma once

#include <string_view>
#include <vector>

#include "core/call.hpp"
#include "core/result.hpp"
#include "net/http_message.hpp"

namespace holdfast::proxy {

using net::HeaderLine;

// What of a request's headers goes upstream: without hop-by-hop headers, those named by Connection, framing,
// Host, Expect, forwarding headers and our own. Error: malformed, for headers that rewrite method or target
// behind the policy's back, for Holdfast-* other than the token, and for names that become one of all these
// where `_` is read as `-` (CGI and its heirs).
[[nodiscard]] Result<std::vector<HeaderLine>> forwardable_request(const std::vector<HeaderLine>& headers,
                                                                  Protocol protocol);

// Whether a Prefer (RFC 7240) says nothing but how long to wait for an approval, which is asked of us: such a
// line goes no further.
[[nodiscard]] bool asks_only_us(std::string_view prefer);

// What of a response's headers reaches the agent: not hop-by-hop, framing, Holdfast-*, Alt-Svc, Upgrade.
[[nodiscard]] std::vector<HeaderLine> forwardable_response(std::vector<HeaderLine> headers);

// True for headers that do not make two calls different (03-calls "Identical") or, of Content-Type, stand in
// the digest by themselves; `ignored` is digest.ignore_headers in lower case.
[[nodiscard]] bool outside_match_key(std::string_view lower_name, const std::vector<std::string>& ignored);

// The Origin check of 03-calls: absent, http(s) on loopback, or listed exactly.
[[nodiscard]] bool origin_allowed(const std::vector<HeaderLine>& headers,
                                  const std::vector<std::string>& listed);

}  // namespace holdfast::proxy
