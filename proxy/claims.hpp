// What an agent says about its call beside the call itself: the header Holdfast-Context, a JSON object that
// rules read as `context.*`. Never forwarded. Nobody vouches for it, so it only ever makes a decision
// stricter; one that cannot be read is refused, as it may say what makes the call worse.
#pragma once

#include "net/http_message.hpp"
#include "proxy/recognise.hpp"

namespace holdfast::proxy {

inline constexpr std::string_view kContextHeader = "Holdfast-Context";

[[nodiscard]] RecogniseResult read_context(const net::RequestHead& head, Recognised& out);

}  // namespace holdfast::proxy
