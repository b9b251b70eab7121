#include "net/process_signals.hpp"

#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <utility>

namespace holdfast::net {

struct ProcessSignals::State : std::enable_shared_from_this<State> {
  State(Loop* loop, std::initializer_list<int> numbers, std::function<void()> on_signal)
      : signals(loop->executor()), call(std::move(on_signal)) {
    for (const int number : numbers)
      signals.add(number);
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

ProcessSignals::ProcessSignals(Loop* loop, std::initializer_list<int> signals,
                               std::function<void()> on_signal)
    : state_(std::make_shared<State>(loop, signals, std::move(on_signal))) {
  state_->wait();
}

ProcessSignals::~ProcessSignals() {
  boost::system::error_code ignored;
  state_->signals.cancel(ignored);
}

namespace {

void mask(int how, std::initializer_list<int> signals) {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : signals)
    sigaddset(&set, number);
  pthread_sigmask(how, &set, nullptr);
}

}  // namespace

void hold_signals(std::initializer_list<int> signals) {
  mask(SIG_BLOCK, signals);
}

void let_in_signals(std::initializer_list<int> signals) {
  mask(SIG_UNBLOCK, signals);
}

}  // namespace holdfast::net
