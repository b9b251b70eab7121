// What an agent says about its call beside the call itself: a JSON object in the header Holdfast-Context, or
// in `_meta["holdfast/context"]` of an MCP message, that rules read as `context.*` and approvers are shown as
// claimed. Nobody vouches for it, so it only ever makes a decision stricter; one that cannot be read is
// refused, as it may say what makes the call worse. The header is never forwarded, and yet is a part of what
// is approved; a message goes to its server as it was sent.
#pragma once

#include <string>
#include <string_view>

#include "net/http_message.hpp"
#include "proxy/recognise.hpp"

namespace holdfast::proxy {

inline constexpr std::string_view kContextHeader = "Holdfast-Context";
// The header as a component of the request digest.
inline constexpr std::string_view kContextComponent = "holdfast-context";
inline constexpr std::string_view kContextMember = "holdfast/context";

// That of the header.
[[nodiscard]] RecogniseResult read_context(const net::RequestHead& head, Recognised& out);

// That of an MCP message, which `out.document` was read from; refused when the header has one, too.
[[nodiscard]] RecogniseResult read_message_context(std::string_view body, Recognised& out);

// What is claimed, as JSON text: that of the header as it was sent, for it counts so. Empty when nothing is.
[[nodiscard]] std::string context_text(const Recognised& call);

}  // namespace holdfast::proxy
