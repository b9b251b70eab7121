#include "pdp/record.hpp"

#include "core/id.hpp"
#include "core/json_text.hpp"
#include "core/log.hpp"
#include "crypto/encoding.hpp"
#include "net/offload.hpp"
#include "proxy/record.hpp"
#include "proxy/record_hold.hpp"
#include "proxy/route.hpp"

namespace holdfast::pdp {
namespace {

json::ObjectText members_of(const About& about) {
  json::ObjectText members = proxy::call_members(about.call, about.effect, about.texts);
  if (about.hold == nullptr) return members;
  members.set("hold", about.hold->id);
  if (!about.hold->votes.empty())
    members.set_raw("approvals", proxy::approvals_text(*about.hold, *about.roster));
  return members;
}

json::ObjectText outcome_object(const Outcome& outcome, WallTime now) {
  json::ObjectText object;
  object.set("state", to_string(outcome.ending)).set("end", unix_milliseconds(now));
  if (outcome.status != 0) object.set("status", outcome.status);
  if (outcome.reported) object.set("reported", true);
  return object;
}

json::ObjectText receipt_of(const About& about, const Outcome& outcome,
                            const std::optional<receipts::Appended>& authorized, WallTime now) {
  json::ObjectText members = members_of(about);
  members.set("id", about.call.receipt_id).set("outcome", outcome_object(outcome, now));
  if (authorized) {
    json::ObjectText prev;
    prev.set("hash", crypto::to_hex(crypto::bytes_of(authorized->leaf))).set("index", authorized->index);
    members.set("prev", prev);
  }
  return members;
}

void log_check(const About& about, const Outcome& outcome) {
  log::event("check", {{"call", about.call.call_id},
                       {"agent", about.call.agent},
                       {"tool", about.call.tool},
                       {"decision", to_string(about.effect)},
                       {"rule", about.call.rule},
                       {"ending", to_string(outcome.ending)}});
}

}  // namespace

About about(const Judged& judged) {
  About made{judged.call, judged.decision.effect, nullptr, judged.snapshot->approvals, {}};
  const Decision& decision = judged.decision;
  if (!decision.draws.empty() || !decision.wants.empty()) {
    const Tool* tool =
        proxy::find_listed_tool(judged.snapshot->options.upstreams, judged.call.upstream, judged.call.tool);
    made.texts.limits = proxy::limits_text(decision, tool);
  }
  made.texts.labels = proxy::labels_text(decision);
  made.texts.labels_seen = proxy::labels_text(*judged.seen);
  return made;
}

void append_authorize(proxy::Shared* shared, const About& about,
                      std::function<void(Result<receipts::Appended>)> done) {
  json::ObjectText members = members_of(about);
  members.set("id", make_uuid7(shared->clock->wall()));
  if (about.hold != nullptr) members.set_raw("plan", proxy::plan_text(*about.hold));
  shared->log->append("authorize", members, std::move(done));
}

net::task<Result<receipts::Appended>> authorize(proxy::Shared* shared, About about) {
  auto start = [shared, &about](auto done) { append_authorize(shared, about, std::move(done)); };
  co_return co_await net::from_callback<Result<receipts::Appended>>(std::move(start));
}

net::task<Result<receipts::Appended>> close(proxy::Shared* shared, About about, Outcome outcome,
                                            std::optional<receipts::Appended> authorized) {
  log_check(about, outcome);
  const json::ObjectText receipt = receipt_of(about, outcome, authorized, shared->clock->wall());
  auto start = [shared, &receipt](auto done) { shared->log->append("receipt", receipt, std::move(done)); };
  co_return co_await net::from_callback<Result<receipts::Appended>>(std::move(start));
}

}  // namespace holdfast::pdp
