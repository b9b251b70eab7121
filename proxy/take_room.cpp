#include "proxy/take_room.hpp"

#include <iterator>
#include <utility>

#include "approvals/desk_queue.hpp"

namespace holdfast::proxy {
namespace {

bool would_be_held(const Draw& draw) {
  return draw.over == Effect::escalate;
}

}  // namespace

bool may_be_held(const std::vector<Draw>& draws) {
  return std::any_of(draws.begin(), draws.end(), would_be_held);
}

net::task<Result<approvals::Reserved>> reserve(Shared* shared, approvals::Reservation wanted) {
  auto ask = [desk = shared->desk, wanted = std::move(wanted)] { return desk->reserve(wanted); };
  auto asking = approvals::ask(shared->desk_queue, std::move(ask));
  co_return co_await std::move(asking);
}

std::vector<Draw> lacking_of(const approvals::Reserved& reserved, const std::vector<Draw>& draws) {
  std::vector<Draw> lacking = reserved.room.lacking;
  if (reserved.held) std::copy_if(draws.begin(), draws.end(), std::back_inserter(lacking), would_be_held);
  return lacking;
}

std::vector<Draw> all_but(const std::vector<Draw>& draws, const std::vector<Draw>& lacking) {
  std::vector<Draw> rest = draws;
  std::erase_if(rest, [&](const Draw& draw) {
    return std::find(lacking.begin(), lacking.end(), draw) != lacking.end();
  });
  return rest;
}

}  // namespace holdfast::proxy
