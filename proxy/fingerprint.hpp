// What makes a call this call: the components that its digest and its match key are made of.
#pragma once

#include <string>
#include <string_view>

#include "crypto/request_digest.hpp"
#include "proxy/recognise.hpp"

namespace holdfast::proxy {

// SHA-256 of what approvers see as the content: the exact body, for an MCP message its canonical call.
[[nodiscard]] crypto::Hash content_hash(const Recognised& call, std::string_view body);

// Views into the call.
[[nodiscard]] crypto::RequestComponents components_of(const Recognised& call, const crypto::Hash& content);

// Hex SHA-256. Equal for identical requests (03-calls); the agent is compared beside it.
[[nodiscard]] std::string match_key(const Recognised& call, const crypto::RequestComponents& components);

}  // namespace holdfast::proxy
