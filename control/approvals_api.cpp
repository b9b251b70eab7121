#include "control/approvals_api.hpp"

#include <string>
#include <utility>
#include <vector>

#include "approvals/hold_json.hpp"
#include "approvals/plan.hpp"
#include "control/vote_body.hpp"
#include "core/json_text.hpp"

namespace holdfast::control {
namespace {

// Desk thread only.
Result<std::string> list_page(const approvals::Desk& desk, const approvals::Desk::Query& query) {
  const auto page = desk.list(query);
  if (!page) return fail(page.error());
  std::vector<std::string> items;
  items.reserve(page->holds.size());
  for (const approvals::HoldPtr& hold : page->holds)
    items.push_back(approvals::to_api_json(*hold, approvals::Detail::row));
  json::ObjectText answer;
  answer.set_raw("approvals", json::array_text(items));
  if (page->next.empty()) {
    answer.set_null("next");
  } else {
    answer.set("next", page->next);
  }
  return answer.text();
}

// Whose holds this caller sees: empty, every one.
std::string seen_by(const Caller& caller) {
  return caller.sees_every_hold() ? std::string() : std::string(caller.id);
}

// The hold, if its plan names the approver (empty: whatever it names). Desk thread only.
Result<approvals::HoldPtr> find_for(const approvals::Desk& desk, const std::string& id,
                                    const std::string& approver) {
  approvals::HoldPtr hold = desk.find(id);
  const bool seen =
      hold != nullptr && (approver.empty() || approvals::may_vote(*hold, desk.options(), approver));
  if (!seen) return fail(Code::not_found, "no hold that you may decide has this id");
  return hold;
}

// Desk thread only.
Result<approvals::HoldPtr> vote_on(approvals::Desk& desk, const approvals::VoteRequest& request) {
  auto hold = find_for(desk, request.hold, request.approver);
  if (!hold) return hold;
  return desk.vote(request);
}

Response hold_answer(const Result<approvals::HoldPtr>& hold) {
  return hold ? json_answer(approvals::to_api_json(**hold)) : problem(hold.error());
}

net::task<Response> cast_vote(Plane* plane, const Request* request, approvals::Act act) {
  auto body = read_vote(request->body, act);
  if (!body) co_return problem(body.error());
  approvals::VoteRequest vote{.hold = request->id,
                              .approver = std::string(request->caller->id),
                              .act = act,
                              .digest = std::move(body->digest),
                              .reason = std::move(body->reason),
                              .level = 0,
                              .method = "token",
                              .evidence = "",
                              .credential = request->caller->credential};
  auto voting =
      approvals::ask(plane->context.desk_queue,
                     [desk = plane->context.desk, vote = std::move(vote)] { return vote_on(*desk, vote); });
  const Result<approvals::HoldPtr> hold = co_await std::move(voting);
  co_return hold_answer(hold);
}

}  // namespace

net::task<Response> list_approvals(Plane* plane, const Request* request) {
  const auto limit = limit_of(request->query);
  if (!limit) co_return problem(limit.error());
  approvals::Desk::Query query;
  query.status = value_of(request->query, "status");
  if (!query.status.empty() && !approvals::parse_status(query.status)) {
    co_return problem(400,
                      "status must be one of pending, approved, released, rejected, expired, cancelled, "
                      "client_gone, policy_changed");
  }
  query.agent = value_of(request->query, "agent");
  query.tool = value_of(request->query, "tool");
  query.cursor = value_of(request->query, "cursor");
  query.approver = seen_by(*request->caller);
  query.limit = *limit;
  auto listing = approvals::ask(
      plane->context.desk_queue,
      [desk = plane->context.desk, query = std::move(query)] { return list_page(*desk, query); });
  Result<std::string> page = co_await std::move(listing);
  co_return page ? json_answer(std::move(*page)) : problem(page.error());
}

net::task<Response> show_approval(Plane* plane, const Request* request) {
  auto finding = approvals::ask(plane->context.desk_queue, [desk = plane->context.desk, id = request->id,
                                                            approver = seen_by(*request->caller)] {
    return find_for(*desk, id, approver);
  });
  const Result<approvals::HoldPtr> hold = co_await std::move(finding);
  co_return hold_answer(hold);
}

net::task<Response> approve(Plane* plane, const Request* request) {
  return cast_vote(plane, request, approvals::Act::approve);
}

net::task<Response> reject(Plane* plane, const Request* request) {
  return cast_vote(plane, request, approvals::Act::reject);
}

}  // namespace holdfast::control
