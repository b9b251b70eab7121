// One head, checked and read in one go; nothing is copied, nothing re-serialised. Pure.
//
// It is read once. Until a second parser (Beast's) had read it too, behind ours, and both had to agree; but
// what ours takes leaves a second reader nothing to choose: each byte stands in the one class that its place
// allows, lines end in CRLF alone, no field that frames the message may stand twice. That every reader we
// know of sees the same in it is what tests/fuzz asserts of this very function, Beast's parser among them,
// for whatever a fuzzer finds.
#pragma once

#include <string_view>

#include "core/result.hpp"
#include "net/http_message.hpp"

namespace holdfast::net {

// `raw` runs from the start line to the empty line; the head's views point into it. `room` is a list
// whose memory the head's may take, so that none is asked for; what it holds is dropped. Errors: malformed,
// too_large (more than max_headers), unsupported.
[[nodiscard]] Result<RequestHead> parse_request_head(std::string_view raw, std::size_t max_headers,
                                                     HeaderList room = {});

// `method` is the request's: a response to HEAD has no body, nor has a 204 or a 304 (RFC 9112 §6.3).
[[nodiscard]] Result<ResponseHead> parse_response_head(std::string_view raw, std::size_t max_headers,
                                                       std::string_view method, HeaderList room = {});

}  // namespace holdfast::net
