#include "net/termination.hpp"

#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <utility>

namespace holdfast::net {

struct Termination::State : std::enable_shared_from_this<State> {
  State(Loop* loop, std::function<void()> on_signal) : signals(loop->executor()), call(std::move(on_signal)) {
    signals.add(SIGTERM);
    signals.add(SIGINT);
  }

  void wait() {
    signals.async_wait([self = shared_from_this()](const boost::system::error_code& error, int) {
      if (error) return;
      self->call();
      self->wait();
    });
  }

  asio::basic_signal_set<Executor> signals;
  std::function<void()> call;
};

Termination::Termination(Loop* loop, std::function<void()> on_signal)
    : state_(std::make_shared<State>(loop, std::move(on_signal))) {
  state_->wait();
}

Termination::~Termination() {
  boost::system::error_code ignored;
  state_->signals.cancel(ignored);
}

}  // namespace holdfast::net
