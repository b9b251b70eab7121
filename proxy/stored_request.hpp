// A request as it is stored for a call that may run after a restart: what of its head is judged or goes
// upstream, and its body, byte for byte. Format, do not change: netstrings (<length>:<bytes>,) of a version,
// method, target, the number of header lines, their names and values, whether there is a body, and the body.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "approvals/hold.hpp"
#include "proxy/exchange.hpp"

namespace holdfast::proxy {

// The exchange is buffered. The agent's token is not in it: whose call it is, the hold knows.
[[nodiscard]] std::string pack_request(const Exchange& exchange);

// An exchange without a client that stands where the hold's call stood, recognised under the snapshot in
// force if it still can be. Null when the text is not what pack_request() wrote.
[[nodiscard]] std::unique_ptr<Exchange> unpack_request(Worker* worker, const approvals::Hold& hold,
                                                       std::string_view text);

}  // namespace holdfast::proxy
