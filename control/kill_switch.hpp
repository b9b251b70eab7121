// Halt and resume, from the order to its answer (04-approvals "Revoke"). The desk decides, the receipt log
// proves, and a halt is answered only when no loop can send what it looked at before.
//
//   halt:   switch thrown -> in the store -> in the log -> every loop has passed the fence -> answered
//   resume: in the store -> in the log -> switch lifted -> waiting calls woken -> answered
//
// Any thread, as marked; what runs on the desk's thread is the desk's order of things.
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "approvals/desk.hpp"
#include "core/json_text.hpp"
#include "net/loop.hpp"
#include "net/task.hpp"
#include "receipts/log.hpp"

namespace holdfast::control {

// The members of a turn's entry in the receipt log, kind `halt`.
[[nodiscard]] json::ObjectText halt_members(const approvals::HaltTurn& turn);

class KillSwitch {
 public:
  struct With {
    approvals::Desk* desk = nullptr;
    net::Executor desk_thread;
    receipts::Log* log = nullptr;
    // Calls back, on any thread, once every loop of the agent plane has been between two events.
    std::function<void(std::function<void()>)> fence;
    // The switch has been lifted: whoever waits for it may look again. Desk thread.
    std::function<void()> lifted;
  };
  explicit KillSwitch(With with) : with_(std::move(with)) {}

  // On any loop. Whatever is returned, nothing more is sent from then on. Errors: unavailable, io: it is
  // halted, but not on disk, or not in the log.
  net::task<Result<approvals::HaltTurn>> halt(approvals::HaltOrder order);

  // On any loop. The newest turn; nothing when there never was one. Errors: unavailable, io: it is still
  // halted.
  net::task<Result<std::optional<approvals::HaltTurn>>> resume(approvals::HaltOrder order);

  // Any thread: throws the switch at once and returns; the rest follows, and is logged if it fails.
  void halt_now(approvals::HaltOrder order);

  // Desk thread: how many turns it knows to be in the log or on their way there. What the store has noted is
  // forgotten with the next turn, or they would be ever more.
  [[nodiscard]] std::size_t remembered() const { return known_.size(); }

 private:
  using Done = std::function<void(Result<void>)>;

  // A turn that is to be in the log, and who wants to hear of it.
  struct Waiting {
    approvals::HaltTurn turn;
    std::vector<Done> done;
  };

  // Desk thread only. One turn at a time is on its way to the log: the next leaves when it is there, so that
  // the log never tells of a resume behind the halt that came after it.
  void record(Done done);
  void append_next();
  void appended(const Result<receipts::Appended>& result);
  void refused(const Error& why);

  const With with_;
  std::deque<Waiting> waiting_;
  // The ids of those that wait, or are in the log although the store could not note it yet.
  std::set<std::string> known_;
  bool appending_ = false;
};

}  // namespace holdfast::control
