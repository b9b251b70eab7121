// From a name to a connected socket: resolve, let the caller judge every address, try those it allows in
// order.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <functional>
#include <string>

#include "core/clock.hpp"
#include "core/result.hpp"
#include "net/http_server.hpp"
#include "net/loop.hpp"

namespace holdfast::net {

using AddressFilter = std::function<bool(const asio::ip::address&)>;

// TCP_NODELAY set. `allow` may be null: every address. Errors: unavailable (cannot resolve, refused),
// forbidden (no address is allowed), timeout (`until`, by the clock of the loop's deadlines, has passed).
task<Result<Socket>> dial_tcp(Loop* loop, std::string host, std::string port, SteadyTime until,
                              AddressFilter allow);

}  // namespace holdfast::net
