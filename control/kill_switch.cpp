#include "control/kill_switch.hpp"

#include <algorithm>
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
  // What the store knows to be in the log does not come back.
  std::erase_if(known_, [&](const std::string& id) {
    return std::none_of(turns->begin(), turns->end(), [&](const auto& turn) { return turn.id == id; });
  });
  for (const approvals::HaltTurn& turn : *turns) {
    if (known_.insert(turn.id).second) waiting_.push_back({turn, {}});
  }
  if (waiting_.empty()) return done({});
  waiting_.back().done.push_back(std::move(done));
  if (!appending_) append_next();
}

void KillSwitch::append_next() {
  const approvals::HaltTurn& turn = waiting_.front().turn;
  appending_ = true;
  log_turn(turn);
  // The log may say so after this object is gone, while it commits its last entries: a desk thread that has
  // stopped drops what is posted to it.
  with_.log->append("halt", halt_members(turn),
                    [this, desk_thread = with_.desk_thread](Result<receipts::Appended> result) {
                      net::post_to(desk_thread, [this, result] { appended(result); });
                    });
}

void KillSwitch::appended(const Result<receipts::Appended>& result) {
  appending_ = false;
  if (!result) return refused(result.error());
  const Waiting first = std::move(waiting_.front());
  waiting_.pop_front();
  with_.desk->turn_recorded(first.turn.id);
  if (!with_.desk->halts().halted()) with_.lifted();
  if (!waiting_.empty()) append_next();
  for (const Done& done : first.done)
    done({});
}

// None of them is in the log, whose order is that of the turns: the next turn brings them along.
void KillSwitch::refused(const Error& why) {
  const std::deque<Waiting> refused = std::exchange(waiting_, {});
  for (const Waiting& each : refused) {
    log::error("halt_not_recorded", {{"id", each.turn.id}, {"why", why.detail}});
    known_.erase(each.turn.id);
  }
  for (const Waiting& each : refused) {
    for (const Done& done : each.done)
      done(fail(why));
  }
}

}  // namespace holdfast::control
