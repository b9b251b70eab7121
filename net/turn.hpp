// Where coroutines of one loop wait until what is ready has run, and then go on one right behind the other.
// What many of them send then leaves together: whoever is to receive it is woken once and finds the rest,
// where it would have been woken for each. Loop thread only.
#pragma once

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <vector>

#include "net/task.hpp"

namespace holdfast::net {

class Turn {
 public:
  explicit Turn(asio::io_context* context) : context_(context) {}
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  // To be awaited. Who waits goes on in the order of waiting, once a round through the loop's queue has
  // brought nobody else, or kMost wait; nothing that stays ready for ever holds them up.
  [[nodiscard]] auto end() {
    return asio::async_initiate<const asio::deferred_t, void()>(
        [this](auto waiter) { add(std::move(waiter)); }, asio::deferred);
  }

  static constexpr std::size_t kMost = 64;

 private:
  using Waiter = asio::any_completion_handler<void()>;

  void add(Waiter waiter);
  void look();
  void look_again();

  asio::io_context* const context_;
  std::vector<Waiter> waiting_;
  std::size_t seen_ = 0;  // of those that wait, at the last look
  std::vector<Waiter> going_;
};

}  // namespace holdfast::net
