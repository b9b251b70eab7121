// A desk that is asked for room in limits.
#pragma once

#include "tests/approvals/desk_house.hpp"

namespace holdfast::approvals::test {

inline Draw calls(const std::string& max = "3", std::string window = "rule\ncalls\nagent\nbot") {
  return {std::move(window), "rule", "1", max, std::chrono::hours(1), Effect::deny};
}
inline Draw sum(const std::string& amount, const std::string& max = "1000") {
  return {"rule\nargs.amount\nagent\nbot", "rule", amount, max, std::chrono::hours(1), Effect::deny};
}

class Limited : public House {
 protected:
  // Takes room for another call, named in their order: call-1, call-2 ...
  bool take(const Draw& draw) { return take(std::vector{draw}); }
  bool take(const std::vector<Draw>& draws) {
    last = desk->reserve({"call-" + std::to_string(++count), "bot", "", draws});
    EXPECT_TRUE(last) << last.error().detail;
    return last && !last->held && last->room.lacking.empty();
  }
  int take_all(const Draw& draw) {
    int taken = 0;
    while (take(draw))
      ++taken;
    return taken;
  }
  Attached hold(const std::string& key, const Draw& draw) {
    HeldCall call = payment(key);
    call.call_id = "held-" + key;
    call.draws = {draw};
    return attach(call);
  }
  bool refused(const std::string& key, const Draw& draw) {
    HeldCall call = payment(key);
    call.call_id = "held-" + key;
    call.draws = {draw};
    const auto attached = desk->attach(call, [](HoldPtr) {});
    return !attached && attached.error().code == Code::limited && attached.error().lacking == call.draws;
  }

  int count = 0;
  Result<Reserved> last;
};

}  // namespace holdfast::approvals::test
