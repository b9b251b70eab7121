#include "control/agents_api.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "control/vote_body.hpp"
#include "core/id.hpp"
#include "core/json.hpp"
#include "core/json_text.hpp"
#include "core/log.hpp"
#include "net/offload.hpp"

namespace holdfast::control {
namespace {

Result<std::vector<std::string>> labels_to_remove(std::string_view body) {
  const auto document = json::parse(body, {kMaxBody, 4});
  if (!document) return fail(document.error());
  const json::Value& root = document->root();
  const json::Value* list = root.is(json::Kind::object) ? root.find("remove_labels") : nullptr;
  if (list == nullptr || !list->is(json::Kind::array) || root.members().size() != 1)
    return fail(Code::malformed, "the body must be {\"remove_labels\":[\"...\"]}");
  std::vector<std::string> labels;
  for (const json::Value& label : list->items()) {
    if (!label.is(json::Kind::string)) return fail(Code::malformed, "a label must be a string");
    labels.emplace_back(label.text());
  }
  return labels;
}

// A `roster` entry that leaves the approvers as they are: what an admin changes of the trust in an agent.
json::ObjectText removal(const Plane& plane, const std::string& agent, const std::string& by,
                         const std::vector<std::string>& labels) {
  json::ObjectText members;
  members.set("id", make_uuid7(plane.context.clock->wall()))
      .set("act", "remove_labels")
      .set("agent", json::ObjectText().set("id", json::to_utf8(agent)))
      .set("by", json::ObjectText().set("auth", "token").set("id", by))
      .set_raw("labels", json::strings_text(labels));
  return members;
}

std::string agent_text(const Plane& plane, const std::string& agent) {
  std::vector<std::string> labels;
  const SteadyTime now = plane.context.clock->steady();
  if (const approvals::SeenLabels seen = plane.context.desk->labels().of(agent)) {
    for (const approvals::SeenLabel& one : *seen)
      if (now < one.until) labels.push_back(one.label);
  }
  json::ObjectText text;
  text.set("id", agent).set_raw("labels_seen", json::strings_text(labels));
  return text.text();
}

}  // namespace

net::task<Response> change_agent(Plane* plane, const Request* request) {
  auto labels = labels_to_remove(request->body);
  if (!labels) co_return problem(labels.error());
  // Durable before they come off: a log that does not take it leaves them where they are.
  auto append = [log = plane->context.log,
                 entry = removal(*plane, request->id, request->caller->id, *labels)](auto done) {
    log->append("roster", entry, done);
  };
  auto appending = net::from_callback<Result<receipts::Appended>>(std::move(append));
  const Result<receipts::Appended> appended = co_await std::move(appending);
  if (!appended) {
    co_return problem({appended.error().code, "no label was taken off: the receipt log did not take it: " +
                                                  appended.error().detail});
  }
  auto removing = approvals::ask(plane->context.desk_queue,
                                 [desk = plane->context.desk, agent = request->id, labels = *labels] {
                                   return desk->remove_labels(agent, labels);
                                 });
  const Result<void> removed = co_await std::move(removing);
  if (!removed) co_return problem(removed.error());
  log::event("labels_removed", {{"agent", request->id},
                                {"by", request->caller->id},
                                {"labels", fmt::format("{}", fmt::join(*labels, " "))}});
  co_return json_answer(agent_text(*plane, request->id));
}

}  // namespace holdfast::control
