// How asynchronous operations of Asio are awaited: `const auto [error, n] = co_await socket.async_x(...,
// kAwaited)`. The operation starts from the awaiting coroutine itself; asio::use_awaitable would make a
// coroutine of its own for each. A cancelled coroutine throws at the next await all the same.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>

#include "net/task.hpp"

namespace holdfast::net {

inline constexpr auto kAwaited = asio::as_tuple(asio::deferred);

}  // namespace holdfast::net
