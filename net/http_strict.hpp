// What Beast's parser lets pass and we do not: checks of a head's raw bytes, made before Beast reads them, so
// that what is accepted has exactly one reading (RFC 9112). Pure.
#pragma once

#include <cstddef>
#include <string_view>

#include "core/result.hpp"
#include "net/http_message.hpp"

namespace holdfast::net {

[[nodiscard]] bool is_token(std::string_view text);  // RFC 9110 §5.6.2
[[nodiscard]] bool is_field_value(
    std::string_view text);  // RFC 9110 §5.5; bytes >= 0x80 pass, controls do not

// Checks every line of a head (start line, fields, the empty line at its end) and returns how many fields it
// has. Errors: malformed, too_large (more than max_headers).
[[nodiscard]] Result<std::size_t> check_request_lines(std::string_view raw, std::size_t max_headers);
[[nodiscard]] Result<std::size_t> check_response_lines(std::string_view raw, std::size_t max_headers);

// One field line without its CRLF: `name:value` with nothing before the colon and no folding.
[[nodiscard]] Result<void> check_field_line(std::string_view line);

// RFC 9112 §6: how a body is framed, refusing whatever two readers could read differently: a coding other
// than exactly chunked (unsupported), Transfer-Encoding in HTTP/1.0 or beside Content-Length, a repeated or
// listed Content-Length. `framing` stays none when neither field stands there.
struct BodyFraming {
  Framing framing = Framing::none;
  std::uint64_t length = 0;
};
[[nodiscard]] Result<BodyFraming> read_framing(const std::vector<HeaderLine>& headers, int minor);

// RFC 9112 §9.3.
[[nodiscard]] bool wants_keep_alive(const std::vector<HeaderLine>& headers, int minor);

// Origin form of a target (RFC 9112 §3.2), given the value of Host or null. Errors: malformed (an absolute
// form of another authority or scheme), unsupported (CONNECT, `*`).
[[nodiscard]] Result<std::string_view> origin_form(std::string_view target, const HeaderLine* host);
[[nodiscard]] Result<void> check_host(const std::vector<HeaderLine>& headers, int minor);

}  // namespace holdfast::net
