#include "pdp/server.hpp"

#include <utility>

#include "pdp/gate.hpp"
#include "pdp/outcome.hpp"
#include "pdp/routes.hpp"

namespace holdfast::pdp {
namespace {

constexpr std::chrono::seconds kBetweenLooks{1};

// However long it was promised for, an outcome that is not told is named soon after.
net::task<void> watch_outcomes(Plane* plane) {
  net::Signal pause(plane->context.loop);
  while (true) {
    auto closing = close_late(plane);
    co_await std::move(closing);
    auto pausing = pause.wait_until(std::chrono::steady_clock::now() + kBetweenLooks);
    co_await std::move(pausing);
  }
}

}  // namespace

Server::Server(Context context)
    : plane_(std::make_unique<Plane>(std::move(context))),
      front_(
          plane_->context.loop, plane_->context.shared->clock,
          [plane = plane_.get()] { return plane->context.shared->snapshot.load()->options.limits.body; },
          [plane = plane_.get()](Request* request) { return answer(plane, request); },
          [](int /*status*/, std::string_view detail) { return refuse_unread(detail); }),
      background_(plane_->context.loop) {
  front_.set_tls(std::move(plane_->context.tls));
}
Server::~Server() = default;

void Server::serve(std::unique_ptr<net::Acceptor> acceptor) {
  front_.serve(std::move(acceptor));
  background_.spawn(watch_outcomes(plane_.get()));
}

void Server::change(Options options, std::shared_ptr<const net::ServerTls> tls) {
  plane_->context.options = std::move(options);
  front_.set_tls(std::move(tls));
}

void Server::collect(metrics::Page* page) const {
  plane_->metrics.collect(page, plane_->open.size());
}

net::task<void> Server::drain() {
  plane_->stopping = true;
  for (net::Signal* signal : plane_->waiting)
    signal->set();
  auto draining = front_.drain();
  co_await std::move(draining);
  background_.cancel();
  auto ending = background_.wait();
  co_await std::move(ending);
}

}  // namespace holdfast::pdp
