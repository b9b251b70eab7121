// What this plane says of itself: how denials and holds work here, and the state of one held call to the
// agent that made it. Nothing here runs or approves a call or reveals a secret (laws 1 and 5).
#pragma once

#include "proxy/answer.hpp"
#include "proxy/exchange.hpp"

namespace holdfast::proxy {

inline constexpr std::string_view kWellKnown = "/.well-known/holdfast/";

// Answers GET /.well-known/holdfast/, and GET and DELETE /.well-known/holdfast/calls/<handle>; everything
// else under it is 404. DELETE ends a hold that has not been released.
net::task<void> answer_well_known(Exchange* exchange, Answer* answer);

}  // namespace holdfast::proxy
