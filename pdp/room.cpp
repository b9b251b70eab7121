#include "pdp/room.hpp"

#include <algorithm>
#include <utility>

namespace holdfast::pdp {
namespace {

bool may_be_held(const Draw& draw) {
  return draw.over == Effect::escalate;
}

approvals::Reservation reservation_of(const Judged& judged) {
  approvals::Reservation wanted{judged.call.call_id, judged.call.agent, {}, judged.decision.draws};
  // Without room it would have been held, and perhaps was.
  if (std::any_of(wanted.draws.begin(), wanted.draws.end(), may_be_held))
    wanted.match_key = judged.call.match_key;
  return wanted;
}

net::task<Result<approvals::Reserved>> reserve(Plane* plane, const Judged* judged) {
  proxy::Shared* shared = plane->context.shared;
  auto ask = [desk = shared->desk, wanted = reservation_of(*judged)] { return desk->reserve(wanted); };
  auto asking = approvals::ask(shared->desk_queue, std::move(ask));
  co_return co_await std::move(asking);
}

}  // namespace

void judge_without(Judged* judged, const std::vector<Draw>& lacking, std::chrono::milliseconds retry_after) {
  std::vector<Draw> granted = judged->decision.draws;
  std::erase_if(granted, [&](const Draw& draw) {
    return std::find(lacking.begin(), lacking.end(), draw) != lacking.end();
  });
  judged->retry_after = retry_after;
  judged->decide(granted);
}

net::task<Result<void>> judge_with_room(Plane* plane, Judged* judged) {
  const std::vector<Draw> wanted = judged->decision.wants;
  judged->decide(wanted);
  // Each turn goes on with fewer.
  while (judged->decision.effect == Effect::allow && !judged->decision.draws.empty()) {
    const auto reserved = co_await reserve(plane, judged);
    if (!reserved) co_return fail(reserved.error());
    std::vector<Draw> lacking = reserved->room.lacking;
    if (reserved->held)
      std::copy_if(judged->decision.draws.begin(), judged->decision.draws.end(), std::back_inserter(lacking),
                   may_be_held);
    if (lacking.empty()) {
      judged->has_room = true;
      break;
    }
    judge_without(judged, lacking, reserved->room.retry_after);
  }
  co_return Result<void>();
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

std::chrono::seconds limited_retry(const Judged& judged) {
  std::chrono::milliseconds after = judged.retry_after;
  // What cannot be counted has no room at any time.
  for (const Draw& draw : judged.decision.wants)
    if (judged.retry_after.count() == 0) after = std::max(after, draw.per);
  return std::chrono::ceil<std::chrono::seconds>(after);
}

}  // namespace holdfast::pdp
