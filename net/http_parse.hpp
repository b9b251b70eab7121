// One head, checked and read in one go; nothing is copied, nothing re-serialised. Pure.
#pragma once

#include <string_view>

#include "core/result.hpp"
#include "net/http_message.hpp"

namespace holdfast::net {

// `raw` runs from the start line to the empty line; the head's views point into it. Errors: malformed,
// too_large (more than max_headers), unsupported.
[[nodiscard]] Result<RequestHead> parse_request_head(std::string_view raw, std::size_t max_headers);

// `method` is the request's: a response to HEAD has no body, nor has a 204 or a 304 (RFC 9112 §6.3).
[[nodiscard]] Result<ResponseHead> parse_response_head(std::string_view raw, std::size_t max_headers,
                                                       std::string_view method);

}  // namespace holdfast::net
