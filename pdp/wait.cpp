#include "pdp/wait.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "pdp/answer.hpp"
#include "proxy/client_watch.hpp"
#include "proxy/hold_watch.hpp"

namespace holdfast::pdp {
namespace {

using approvals::HoldPtr;
using approvals::Status;

// Of `wait`, within what the configuration lets anybody wait.
Result<std::chrono::milliseconds> time_to_wait(const Request& request, std::chrono::milliseconds most) {
  const std::string text = control::value_of(request.query, "wait");
  if (text.empty()) return std::chrono::milliseconds(0);
  std::uint32_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size())
    return fail(Code::malformed, "wait must be a number of seconds");
  return std::min(most, std::chrono::milliseconds(std::chrono::seconds(seconds)));
}

// Found by those who end the waiting.
class Waiting {
 public:
  Waiting(Plane* plane, net::Signal* signal) : plane_(plane), signal_(signal) {
    plane->waiting.insert(signal);
  }
  ~Waiting() { plane_->waiting.erase(signal_); }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;

 private:
  Plane* const plane_;
  net::Signal* const signal_;
};

// What a client that closed its end must answer with a reset if it is gone, and drops if it only sends no
// more.
std::string probe_of(const Request& request) {
  return request.http10 ? "" : "HTTP/1.1 102 Processing\r\n\r\n";
}

net::task<void> wait_for_decision(Plane* plane, const Request* request, proxy::HoldWatchPtr watch,
                                  std::chrono::milliseconds time) {
  const Waiting waiting(plane, &watch->signal);
  const SteadyTime until = std::chrono::steady_clock::now() + time;
  proxy::ClientWatch client(plane->context.loop, request->connection);
  client.start(probe_of(*request), [watch] {
    watch->client_gone = true;
    watch->signal.set();
  });
  bool over = false;
  while (!over && !watch->client_gone && !plane->stopping && watch->hold->status == Status::pending) {
    watch->signal.clear();
    auto changing = watch->signal.wait_until(until);
    const bool changed = co_await std::move(changing);
    over = !changed;
  }
  auto stopping = client.stop();
  co_await std::move(stopping);
}

net::task<HoldPtr> wait(Plane* plane, const Request* request, HoldPtr hold, std::chrono::milliseconds time) {
  proxy::Shared* shared = plane->context.shared;
  auto watch = std::make_shared<proxy::HoldWatch>(plane->context.loop);
  const auto watcher = proxy::watcher_for(plane->context.loop->executor(), watch);
  auto join = [desk = shared->desk, id = hold->id, watcher] { return desk->watch(id, watcher); };
  auto joining = approvals::ask(shared->desk_queue, std::move(join));
  const auto attached = co_await std::move(joining);
  // It has just ended, or the store cannot be used: then how it stands is all there is to say.
  if (!attached) co_return hold;
  watch->watch = attached->watch;
  watch->update(attached->hold);
  auto waiting = wait_for_decision(plane, request, watch, time);
  co_await std::move(waiting);
  auto leave = [desk = shared->desk, id = hold->id, mark = watch->watch] {
    desk->detach(id, mark, false);
    const auto now = desk->look_up(id);
    return now && *now != nullptr ? *now : HoldPtr();
  };
  auto leaving = approvals::ask(shared->desk_queue, std::move(leave));
  const HoldPtr now = co_await std::move(leaving);
  co_return now != nullptr ? now : watch->hold;
}

}  // namespace

net::task<Response> show_check(Plane* plane, const Request* request) {
  proxy::Shared* shared = plane->context.shared;
  const auto time = time_to_wait(*request, shared->snapshot.load()->options.hold.max_wait);
  if (!time) co_return control::problem(time.error());
  auto finding = find_check(shared, request->id);
  auto found = co_await std::move(finding);
  if (!found) co_return control::problem(found.error());
  HoldPtr hold = *found;
  if (time->count() > 0 && hold->status == Status::pending) {
    auto waiting = wait(plane, request, hold, *time);
    hold = co_await std::move(waiting);
  }
  co_return state_answer(*hold);
}

}  // namespace holdfast::pdp
