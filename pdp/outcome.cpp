#include "pdp/outcome.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <utility>

#include "core/json.hpp"
#include "core/log.hpp"
#include "pdp/answer.hpp"
#include "pdp/room.hpp"

namespace holdfast::pdp {
namespace {

constexpr json::Limits kLimits{.bytes = 4096, .depth = 4};

Result<Outcome> malformed() {
  return fail(Code::malformed,
              R"(the body is {"outcome":"succeeded"|"failed","status":N}, N from 100 to 599 and optional)");
}

Result<Outcome> read_outcome(std::string_view body) {
  const auto document = json::parse(body, kLimits);
  if (!document || !document->root().is(json::Kind::object)) return malformed();
  std::optional<Outcome> outcome;
  int status = 0;
  for (const json::Member& member : document->root().members()) {
    const std::string_view text = member.value.text();
    if (member.name == "outcome" && member.value.is(json::Kind::string)) {
      if (text != "succeeded" && text != "failed") return malformed();
      outcome = Outcome{text == "failed" ? Ending::failed : Ending::succeeded, 0, true};
    } else if (member.name == "status" && member.value.is(json::Kind::number)) {
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), status);
      if (error != std::errc() || end != text.data() + text.size() || status < 100 || status > 599)
        return malformed();
    } else {
      return malformed();
    }
  }
  if (!outcome) return malformed();
  outcome->status = status;
  return *outcome;
}

About about(const OpenCheck& check) {
  return {check.call, check.effect, check.hold, check.roster, check.texts};
}

// True once log and store have it; what the log does not take the next start closes, as outcome_unknown.
net::task<bool> end(Plane* plane, OpenCheck check, Outcome outcome) {
  plane->metrics.ended(outcome.ending);
  end_labels(plane->context.shared, about(check));
  auto closing = close(plane->context.shared, about(check), outcome, check.authorized);
  const auto recorded = co_await std::move(closing);
  if (!recorded) {
    log::error("outcome_not_recorded", {{"call", check.call.call_id}, {"why", recorded.error().detail}});
    co_return false;
  }
  if (check.hold != nullptr) {
    auto finishing = finish_hold(plane->context.shared, check.hold->id, outcome.ending);
    co_await std::move(finishing);
  }
  co_return true;
}

}  // namespace

WallTime begin_waiting(Plane* plane, OpenChecks::Place place, About about, receipts::Appended authorized) {
  const Clock& clock = *plane->context.shared->clock;
  const auto within = plane->context.options.outcome_within;
  const WallTime by = clock.wall() + within;
  plane->open.add(std::move(place),
                  {std::move(about.call), about.effect, std::move(about.hold), std::move(about.roster),
                   std::move(about.texts), authorized, by, clock.steady() + within});
  return by;
}

net::task<bool> finish_hold(proxy::Shared* shared, std::string hold, Ending ending) {
  auto finish = [desk = shared->desk, hold, ending] {
    return desk->finish(hold, ending, std::nullopt, false);
  };
  auto finishing = approvals::ask(shared->desk_queue, std::move(finish));
  const auto finished = co_await std::move(finishing);
  if (!finished) log::error("hold_not_finished", {{"hold", hold}, {"why", finished.error().detail}});
  co_return finished.has_value();
}

net::task<Response> tell_outcome(Plane* plane, const Request* request) {
  const auto outcome = read_outcome(request->body);
  if (!outcome) co_return control::problem(outcome.error());
  std::optional<OpenCheck> check = plane->open.take(request->id);
  if (!check) {
    co_return control::problem(409,
                               fmt::format("no outcome is waited for under {}: it was told before, came too "
                                           "late, or was never promised",
                                           request->id.substr(0, 64)));
  }
  const std::string call_id = check->call.call_id;
  const std::string receipt_id = check->call.receipt_id;
  auto ending = end(plane, std::move(*check), *outcome);
  const bool recorded = co_await std::move(ending);
  if (!recorded) {
    co_return problem(503, Ending::unavailable,
                      "The receipt log did not take the outcome: it will say that it is unknown.");
  }
  co_return outcome_answer(call_id, receipt_id, outcome->ending);
}

net::task<void> close_late(Plane* plane) {
  for (OpenCheck& check : plane->open.take_late(*plane->context.shared->clock)) {
    auto ending = end(plane, std::move(check), Outcome{});
    co_await std::move(ending);
  }
}

}  // namespace holdfast::pdp
