// Signals of the process, delivered on a loop.
#pragma once

#include <functional>
#include <initializer_list>
#include <memory>

#include "net/loop.hpp"

namespace holdfast::net {

// Calls `on_signal` on the loop for each of these signals until it is destroyed (on the loop's thread, or
// after the loop).
class ProcessSignals {
 public:
  ProcessSignals(Loop* loop, std::initializer_list<int> signals, std::function<void()> on_signal);
  ~ProcessSignals();
  ProcessSignals(const ProcessSignals&) = delete;
  ProcessSignals& operator=(const ProcessSignals&) = delete;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

// What comes of these is kept until it is let in: for signals whose ProcessSignals cannot be there yet.
// Called before there is another thread, and let in by the same one.
void hold_signals(std::initializer_list<int> signals);
void let_in_signals(std::initializer_list<int> signals);

}  // namespace holdfast::net
