#include "pdp/check.hpp"

#include <utility>
#include <vector>

#include "core/json.hpp"
#include "pdp/answer.hpp"
#include "pdp/described.hpp"
#include "pdp/settle.hpp"

namespace holdfast::pdp {
namespace {

struct Question {
  std::string description;
  bool reports = false;
};

// The body without what is ours. `agent` must be a name: who asks is trusted to say who calls, not what the
// configuration says of them; and a hold knows its agent by nothing else.
Result<Question> read_question(std::string_view body, const proxy::Limits& limits) {
  const auto document = json::parse(body, {limits.body, limits.depth});
  if (!document) return fail(document.error().code, "the body: " + document.error().detail);
  if (!document->root().is(json::Kind::object)) return fail(Code::malformed, "the body must be an object");
  Question question;
  std::vector<json::Member> members;
  for (const json::Member& member : document->root().members()) {
    if (member.name == "report") {
      if (!member.value.is(json::Kind::boolean))
        return fail(Code::malformed, "`report` must be true or false");
      question.reports = member.value.boolean();
      continue;
    }
    if (member.name == "now") return fail(Code::malformed, "`now` is for tests: a check is of this moment");
    if (member.name == "agent" && !member.value.is(json::Kind::string))
      return fail(Code::malformed, "`agent` must be an id of `agents`");
    members.push_back(member);
  }
  question.description = json::to_canonical(json::Value::make_object(members));
  return question;
}

}  // namespace

net::task<Response> check(Plane* plane, const Request* request) {
  proxy::Shared* shared = plane->context.shared;
  const approvals::HaltSwitch::Count begun = shared->halts->count();
  const WallTime now = shared->clock->wall();
  auto snapshot = shared->snapshot.load();
  auto question = read_question(request->body, snapshot->options.limits);
  if (!question) co_return control::problem(question.error());
  const auto described = read_description(std::move(question->description), *snapshot, now);
  if (!described) co_return control::problem(described.error());
  Judged judged = judge(*described, std::move(snapshot), shared, begun);
  auto settling = settle(plane, std::move(judged), Manner{.reports = question->reports, .redeems = false});
  const Verdict verdict = co_await std::move(settling);
  plane->metrics.judged(verdict.effect);
  co_return check_answer(verdict);
}

}  // namespace holdfast::pdp
