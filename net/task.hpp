// The coroutine type of the house: bound to one io_context's executor, so that nothing is type-erased on the
// way.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

namespace holdfast::net {

namespace asio = boost::asio;

using Executor = asio::io_context::executor_type;

// Everything awaited returns task<Result<T>> and has a deadline. Parameters by value; no string_view across
// an await unless it points into what the caller keeps.
template <class T>
using task = asio::awaitable<T, Executor>;

}  // namespace holdfast::net
