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

// Where the frames of our tasks lie: frame_memory.cpp. Asio has no public way to choose it, so its own two
// functions are specialised for our executor; a Boost that no longer has them fails to compile.
template <>
void* boost::asio::detail::awaitable_frame_base<holdfast::net::Executor>::operator new(std::size_t size);
template <>
void boost::asio::detail::awaitable_frame_base<holdfast::net::Executor>::operator delete(void* frame,
                                                                                         std::size_t size);
