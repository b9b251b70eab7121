#include "control/server.hpp"

#include <utility>

#include "control/routes.hpp"
#include "control/vote_body.hpp"

namespace holdfast::control {

Server::Server(Context context)
    : plane_(std::make_unique<Plane>(std::move(context))),
      front_(
          plane_->context.loop, plane_->context.clock, [] { return kMaxBody; },
          [plane = plane_.get()](Request* request) { return answer(plane, request); }) {
  front_.set_tls(std::move(plane_->context.tls));
}
Server::~Server() = default;

void Server::serve(std::unique_ptr<net::Acceptor> acceptor) {
  front_.serve(std::move(acceptor));
}

void Server::change(std::shared_ptr<const approvals::Options> approvals, Options options,
                    std::shared_ptr<const net::ServerTls> tls) {
  plane_->context.approvals = std::move(approvals);
  plane_->context.options = std::move(options);
  front_.set_tls(std::move(tls));
}

net::task<void> Server::drain() {
  return front_.drain();
}

}  // namespace holdfast::control
