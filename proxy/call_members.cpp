#include "proxy/call_members.hpp"

#include <vector>

#include "proxy/entry_limits.hpp"

namespace holdfast::proxy {
namespace {

json::ObjectText agent_object(const approvals::HeldCall& call) {
  json::ObjectText agent;
  agent.set("id", call.agent).set("auth", call.agent_auth);
  return agent;
}

json::ObjectText request_object(const approvals::HeldCall& call) {
  json::ObjectText request;
  request.set_if("digest", call.digest)
      .set("bytes", call.bytes)
      .set("protocol", call.protocol)
      .set("tool", json::to_utf8(call.tool))
      .set("target", target_text(call.redacted() ? call.shown_target : call.target));
  return request;
}

json::ObjectText decision_object(const approvals::HeldCall& call, Effect effect, const DecisionTexts& texts) {
  json::ObjectText decision;
  if (!texts.limits.empty()) decision.set_raw("limits", texts.limits);
  if (!texts.labels.empty()) decision.set_raw("labels", texts.labels);
  if (!texts.labels_seen.empty()) decision.set_raw("labels_seen", texts.labels_seen);
  decision.set("effect", to_string(effect))
      .set("policy", call.policy)
      .set_if("rule", call.rule)
      .set_if("reason", json::to_utf8(reason_that_fits(call.reason)));
  return decision;
}

json::ObjectText plan_object(const std::string& name, const approvals::Quorum& quorum) {
  json::ObjectText plan;
  plan.set_raw("from", json::strings_text(quorum.from));
  if (!quorum.must_include.empty()) plan.set_raw("must_include", json::strings_text(quorum.must_include));
  plan.set("name", name).set("require", quorum.require);
  return plan;
}

}  // namespace

json::ObjectText call_members(const approvals::HeldCall& call, Effect effect, const DecisionTexts& texts) {
  json::ObjectText members;
  members.set("agent", agent_object(call))
      .set("call", call.call_id)
      .set("decision", decision_object(call, effect, texts))
      .set("request", request_object(call));
  return members;
}

std::string plan_text(const approvals::Hold& hold) {
  json::ObjectText plan = plan_object(hold.call.plan, hold.quorum);
  std::vector<std::string> further;
  for (std::size_t i = 0; i < hold.further.size(); ++i)
    further.push_back(plan_object(hold.call.further_plans.at(i), hold.further[i]).text());
  if (!further.empty()) plan.set_raw("further", json::array_text(further));
  return plan.text();
}

}  // namespace holdfast::proxy
