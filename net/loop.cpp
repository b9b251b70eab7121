#include "net/loop.hpp"

namespace holdfast::net {

Loop::Loop(int index) : index_(index), deadlines_(context_.get_executor()), work_(context_.get_executor()) {}

Loop::~Loop() = default;

void Loop::run() {
  context_.run();
}

void Loop::stop() {
  context_.stop();
}

}  // namespace holdfast::net
