#include "control/halt_api.hpp"

#include <optional>
#include <string>
#include <utility>

#include "control/kill_switch.hpp"
#include "control/vote_body.hpp"
#include "core/json_text.hpp"

namespace holdfast::control {
namespace {

Result<approvals::HaltOrder> order_of(const Request& request) {
  auto reason = read_reason(request.body);
  if (!reason) return fail(reason.error());
  return approvals::HaltOrder{std::string(request.caller->id), "token", std::move(*reason)};
}

std::string turn_text(const std::optional<approvals::HaltTurn>& turn) {
  json::ObjectText answer;
  answer.set("halted", turn && turn->halted);
  if (turn) {
    answer.set("by", turn->order.by)
        .set("via", turn->order.via)
        .set("reason", turn->order.reason)
        .set("at", to_rfc3339(turn->at));
  }
  return answer.text();
}

}  // namespace

net::task<Response> halt(Plane* plane, const Request* request) {
  auto order = order_of(*request);
  // Whoever reaches for the switch means it: a body that cannot be read costs the reason, not the halt.
  if (!order) order = approvals::HaltOrder{std::string(request->caller->id), "token", ""};
  auto turning = plane->context.kill_switch->halt(std::move(*order));
  const auto turned = co_await std::move(turning);
  co_return turned ? json_answer(turn_text(*turned)) : problem(turned.error());
}

net::task<Response> resume(Plane* plane, const Request* request) {
  auto order = order_of(*request);
  if (!order) co_return problem(order.error());
  auto turning = plane->context.kill_switch->resume(std::move(*order));
  const auto turned = co_await std::move(turning);
  co_return turned ? json_answer(turn_text(*turned)) : problem(turned.error());
}

}  // namespace holdfast::control
