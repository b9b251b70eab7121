#include "pdp/answer.hpp"

#include <fmt/format.h>

#include "core/json_text.hpp"
#include "pdp/described.hpp"

namespace holdfast::pdp {
namespace {

void add_retry(Response& response, std::chrono::seconds retry_after) {
  if (retry_after.count() > 0)
    response.headers.emplace_back("Retry-After", std::to_string(retry_after.count()));
}

void add_hold(json::ObjectText& answer, const approvals::Hold& hold) {
  answer.set("approval_id", hold.id)
      .set("status", approvals::to_string(hold.status))
      .set("expires_at", to_rfc3339(hold.expires_at));
}

}  // namespace

Response problem(int status, Ending reason, std::string_view detail) {
  json::ObjectText document;
  document.set("type", fmt::format("/.well-known/holdfast/#{}", to_string(reason)))
      .set("title", net::reason_phrase(status))
      .set("status", status)
      .set("detail", json::to_utf8(detail))
      .set("reason_code", to_string(reason));
  return {.status = status, .type = "application/problem+json", .body = document.text(), .headers = {}};
}

Response check_answer(const Verdict& verdict) {
  if (verdict.ending == Ending::unavailable) return problem(503, verdict.ending, verdict.detail);
  json::ObjectText answer;
  answer.set("allowed", verdict.allowed)
      .set("requires_approval", verdict.ending == Ending::approval_pending)
      .set("decision", to_string(verdict.effect))
      .set("call_id", verdict.call_id)
      .set_if("receipt_id", verdict.receipt_id)
      .set_if("reason", json::to_utf8(verdict.detail));
  if (!verdict.allowed) answer.set("reason_code", to_string(verdict.ending));
  if (verdict.hold != nullptr) add_hold(answer, *verdict.hold);
  if (verdict.report_by) answer.set("report_by", to_rfc3339(*verdict.report_by));
  Response response = control::json_answer(answer.text());
  add_retry(response, verdict.retry_after);
  return response;
}

Response state_answer(const approvals::Hold& hold) {
  json::ObjectText answer;
  add_hold(answer, hold);
  answer.set("call_id", hold.call.call_id).set("tool", hold.call.tool);
  if (hold.ending) {
    answer.set("resolution", approvals::resolution(hold));
  } else {
    answer.set_null("resolution");
  }
  if (!hold.ending && hold.status == approvals::Status::approved && hold.redeem_until)
    answer.set("next", "consume").set("until", to_rfc3339(*hold.redeem_until));
  return control::json_answer(answer.text());
}

Response consumed_answer(const approvals::Hold& hold, WallTime report_by) {
  json::ObjectText answer;
  answer.set("allowed", true)
      .set("approval_id", hold.id)
      .set("call_id", hold.call.call_id)
      .set("status", "released")
      .set("report_by", to_rfc3339(report_by));
  return control::json_answer(answer.text());
}

Response outcome_answer(std::string_view call_id, std::string_view receipt_id, Ending ending) {
  json::ObjectText answer;
  answer.set("call_id", call_id).set("receipt_id", receipt_id).set("resolution", to_string(ending));
  return control::json_answer(answer.text());
}

net::task<Result<approvals::HoldPtr>> find_check(proxy::Shared* shared, std::string id) {
  auto look = [desk = shared->desk, id = std::move(id)] { return desk->look_up(id); };
  auto looking = approvals::ask(shared->desk_queue, std::move(look));
  auto found = co_await std::move(looking);
  const bool unknown = found && (*found == nullptr || (*found)->call.protocol != kDescribed);
  if (unknown) co_return fail(Code::not_found, "no check that needed approval has this id");
  co_return found;
}

}  // namespace holdfast::pdp
