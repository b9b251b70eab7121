// Release: the moment an approved call is sent (03-calls "The states"). Everything is looked at once more,
// the upstream is dialled, the approval is consumed, the log is told, and only then does the first byte
// leave.
#pragma once

#include "proxy/answer.hpp"
#include "proxy/exchange.hpp"
#include "proxy/hold_watch.hpp"

namespace holdfast::proxy {

enum class ReleaseEnd {
  answered,   // sent; the answer is under way or stored, the receipt is written
  refused,    // not sent; the caller was refused
  not_there,  // not sent: the client had left; the approval stands
  not_now,    // not sent: everything is halted, or the policy is being exchanged, or one was just now; the
              // approval stands
  moved_on,   // not sent: somebody else released it, or it ended; look at the hold again
};

// The watch's hold is approved.
net::task<ReleaseEnd> release_call(Exchange* exchange, Answer* answer, HoldWatchPtr watch);

}  // namespace holdfast::proxy
