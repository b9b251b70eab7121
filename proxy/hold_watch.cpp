#include "proxy/hold_watch.hpp"

#include "net/offload.hpp"

namespace holdfast::proxy {

approvals::Watcher watcher_for(net::Executor loop, const HoldWatchPtr& watch) {
  return [loop, weak = std::weak_ptr<HoldWatch>(watch)](approvals::HoldPtr hold) {
    net::post_to(loop, [weak, hold] {
      if (const auto alive = weak.lock()) alive->update(hold);
    });
  };
}

}  // namespace holdfast::proxy
