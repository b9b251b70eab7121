#include "control/agents_api.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "control/vote_body.hpp"
#include "core/json.hpp"
#include "core/json_text.hpp"
#include "core/log.hpp"

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
