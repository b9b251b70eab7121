#include "control/kill_switch.hpp"

#include <utility>

#include "core/log.hpp"
#include "net/offload.hpp"

namespace holdfast::control {
namespace {

void log_turn(const approvals::HaltTurn& turn) {
  log::event(turn.halted ? "halted" : "resumed",
             {{"by", turn.order.by}, {"via", turn.order.via}, {"reason", turn.order.reason}});
}

}  // namespace

json::ObjectText halt_members(const approvals::HaltTurn& turn) {
  json::ObjectText by;
  by.set("auth", turn.order.via).set_if("id", turn.order.by);
  json::ObjectText members;
  members.set("id", turn.id)
      .set("act", turn.halted ? "halt" : "resume")
      .set("by", by)
      .set_if("reason", turn.order.reason)
      .set("at", unix_milliseconds(turn.at));
  return members;
}

net::task<Result<approvals::HaltTurn>> KillSwitch::halt(approvals::HaltOrder order) {
  using Turned = Result<approvals::HaltTurn>;
  with_.desk->halts().halt();  // before anything that may wait or fail
  auto turn = [this, order](auto done) {
    net::post_to(with_.desk_thread, [this, order, done] {
      Turned turned = with_.desk->halt(order);
      if (!turned) return done(std::move(turned));
      record([turned, done](Result<void> recorded) {
        if (recorded) return done(turned);
        done(fail(recorded.error().code,
                  "everything is halted, but the receipt log did not take it: " + recorded.error().detail));
      });
    });
  };
  const Turned turned = co_await net::from_callback<Turned>(std::move(turn));
  auto fence = [this](auto done) { with_.fence([done] { done(true); }); };
  co_await net::from_callback<bool>(std::move(fence));
  co_return turned;
}

net::task<Result<std::optional<approvals::HaltTurn>>> KillSwitch::resume(approvals::HaltOrder order) {
  using Turned = Result<std::optional<approvals::HaltTurn>>;
  auto turn = [this, order](auto done) {
    net::post_to(with_.desk_thread, [this, order, done] {
      Turned turned = with_.desk->resume(order);
      if (!turned) return done(std::move(turned));
      record([turned, done](Result<void> recorded) {
        if (recorded) return done(turned);
        done(fail(recorded.error().code,
                  "everything is still halted: the receipt log did not take it: " + recorded.error().detail));
      });
    });
  };
  const Turned turned = co_await net::from_callback<Turned>(std::move(turn));
  co_return turned;
}

void KillSwitch::halt_now(approvals::HaltOrder order) {
  with_.desk->halts().halt();
  net::post_to(with_.desk_thread, [this, order] {
    const auto complain = [](const Error& error) { log::error("halt_not_durable", {{"why", error.detail}}); };
    if (auto turned = with_.desk->halt(order); !turned) return complain(turned.error());
    record([complain](const Result<void>& recorded) {
      if (!recorded) complain(recorded.error());
    });
  });
}

// Everything that was turned and is not in the log yet, in order: an earlier turn that the log refused comes
// before this one. `done` hears of the newest.
void KillSwitch::record(Done done) {
  const auto turns = with_.desk->unrecorded_turns();
  if (!turns) return done(fail(turns.error()));
  if (turns->empty()) return done({});
  for (const approvals::HaltTurn& turn : *turns) {
    const auto [waiting, first] = recording_.try_emplace(turn.id);
    if (turn.id == turns->back().id) waiting->second.push_back(done);
    if (first) append(turn);
  }
}

void KillSwitch::append(const approvals::HaltTurn& turn) {
  log_turn(turn);
  // The log may say so after this object is gone, while it commits its last entries: a desk thread that has
  // stopped drops what is posted to it.
  with_.log->append("halt", halt_members(turn),
                    [this, desk_thread = with_.desk_thread, id = turn.id](Result<receipts::Appended> result) {
                      net::post_to(desk_thread, [this, id, result] { appended(id, result); });
                    });
}

void KillSwitch::appended(const std::string& id, Result<receipts::Appended> result) {
  const auto recording = recording_.extract(id);
  if (result) {
    with_.desk->turn_recorded(id);
    if (!with_.desk->halts().halted()) with_.lifted();
  } else {
    log::error("halt_not_recorded", {{"id", id}, {"why", result.error().detail}});
  }
  if (recording.empty()) return;
  for (const Done& done : recording.mapped())
    done(result ? Result<void>() : Result<void>(fail(result.error())));
}

}  // namespace holdfast::control
