#include "net/loop.hpp"

#include <pthread.h>

namespace holdfast::net {
namespace {

// Nobody cancels threads here. But to glibc every recv and send is a place where somebody might, and it takes
// two atomic steps around each, unless the thread could be cancelled anywhere; which it cannot be either.
void refuse_cancellation() {
  int before = 0;
  ::pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before);
  // NOLINTNEXTLINE(concurrency-thread-canceltype-asynchronous,cert-pos47-c)
  ::pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, &before);
}

}  // namespace

Loop::Loop(int index) : index_(index), deadlines_(context_.get_executor()), work_(context_.get_executor()) {}

Loop::~Loop() = default;

void Loop::run() {
  refuse_cancellation();
  context_.run();
}

void Loop::stop() {
  context_.stop();
}

}  // namespace holdfast::net
