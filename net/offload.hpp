// The bridge between threads: run a function elsewhere, or wait for a callback from elsewhere, and go on
// here.
#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "net/task.hpp"

namespace holdfast::net {

// Calls start(done), where done(T) may be called once, from any thread; returns what it was called with, on
// the loop that awaits. `start` runs at once, on this loop. If done is never called the task never returns.
template <class T, class Start>
task<T> from_callback(Start start) {
  const asio::use_awaitable_t<Executor> token;
  auto initiate = [](auto handler, Start begin) {
    auto executor = asio::get_associated_executor(handler);
    // std::function wants something copyable; the handler is not.
    auto shared = std::make_shared<decltype(handler)>(std::move(handler));
    begin([shared, executor](T value) {
      auto boxed = std::make_shared<T>(std::move(value));
      asio::post(executor, [shared, boxed]() mutable { (*shared)(std::move(*boxed)); });
    });
  };
  T value = co_await asio::async_initiate<const asio::use_awaitable_t<Executor>, void(T)>(
      std::move(initiate), token, std::move(start));
  co_return value;
}

// Runs f() on `where` and returns its result on the awaiting loop.
template <class F>
task<std::invoke_result_t<F>> offload(Executor where, F f) {
  using R = std::invoke_result_t<F>;
  auto start = [where, f = std::move(f)](auto done) mutable {
    asio::post(where, [f = std::move(f), done]() mutable { done(f()); });
  };
  co_return co_await from_callback<R>(std::move(start));
}

// Runs work() on `where` some time later. Thread-safe.
inline void post_to(Executor where, std::function<void()> work) {
  asio::post(where, std::move(work));
}

}  // namespace holdfast::net
