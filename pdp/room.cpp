#include "pdp/room.hpp"

#include <utility>

namespace holdfast::pdp {
void judge_again(Judged* judged, std::span<const Draw> room) {
  judged->decide(room);
}

approvals::Reservation reservation_of(const Judged& judged) {
  approvals::Reservation wanted{judged.call.call_id, judged.call.agent, {}, judged.decision.draws};
  if (proxy::may_be_held(wanted.draws)) wanted.match_key = judged.call.match_key;
  return wanted;
}

void settle_room(Plane* plane, Judged* judged, bool may_be_made) {
  if (!std::exchange(judged->has_room, false)) return;
  proxy::Shared* shared = plane->context.shared;
  shared->desk_queue->post([desk = shared->desk, call = judged->call.call_id, may_be_made] {
    desk->settle_reservation(call, may_be_made);
  });
}

void end_labels(proxy::Shared* shared, const About& about) {
  if (about.hold == nullptr && !about.texts.labels.empty()) proxy::end_labels(shared, about.call.call_id);
}

}  // namespace holdfast::pdp
