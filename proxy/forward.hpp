// Sending a call and bringing its answer back. The only function that writes to an upstream, and it takes a
// Permit.
#pragma once

#include <memory>

#include "crypto/hmac.hpp"
#include "net/http_client.hpp"
#include "proxy/answer.hpp"
#include "proxy/exchange.hpp"
#include "proxy/permit.hpp"
#include "proxy/record.hpp"

namespace holdfast::proxy {

// The head that is sent: the agent's own lines as far as they pass, under our framing. Pure. Composed in
// `text`, which is empty.
[[nodiscard]] std::string request_head(const Exchange& exchange, std::string text = {});

// Sends what the exchange holds on a connection made for it, and relays the response. When the outcome is
// upstream_failed, outcome_unknown or halted and the answer has not started, the caller refuses; everything
// else has been answered. `upstream` goes back to the pool when it may be used again.
//
// Here is where a halt cuts: the kill switch is read, and the first bytes are handed to the kernel (to the
// TLS engine, for TLS), in one event of the loop. So once every loop has been between two events since the
// switch was thrown, a call has left before or never will.
net::task<Outcome> forward(Permit permit, Exchange* exchange, std::unique_ptr<net::HttpClient> upstream,
                           Answer* answer);

// The two ways a response is brought back, a file each.
struct Relay {
  Exchange* exchange;
  net::HttpClient* upstream;
  Answer* answer;
  Outcome* outcome;
  crypto::HmacSha256* mac;  // under the nonce; over the response's body from its first byte on
};
// A response that passes byte for byte and has come whole, as a short one does: true when the answer stands
// ready to be sent. Else nothing has been done.
[[nodiscard]] bool compose_whole(Relay relay, net::ResponseHead& head);
// Byte for byte, as it comes.
net::task<void> relay_plain(Relay relay, net::ResponseHead head);
// The answer to a JSON-RPC request: checked to be ours, as JSON or as events.
net::task<void> relay_rpc(Relay relay, net::ResponseHead head);

}  // namespace holdfast::proxy
