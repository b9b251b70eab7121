// `time: {days: mon-fri, between: "09:00-18:00", zone: Europe/Berlin}` in a condition.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "config/sections.hpp"
#include "config/suggest.hpp"
#include "config/zones.hpp"

namespace holdfast::config {
namespace {

using policy::TimeWindow;
using std::chrono::minutes;

constexpr const char* kExample =
    "such as time: {days: mon-fri, between: \"09:00-18:00\", zone: Europe/Berlin}";
constexpr std::array<std::string_view, 7> kDays = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

std::optional<std::size_t> day_named(std::string_view name) {
  const auto found = std::find(kDays.begin(), kDays.end(), name);
  if (found == kDays.end()) return std::nullopt;
  return static_cast<std::size_t>(found - kDays.begin());
}

// Exactly HH:MM; 24:00 is the end of the day.
std::optional<minutes> time_of_day(std::string_view text) {
  const auto digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9' ? text[i] - '0' : -1; };
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  if (digit(0) < 0 || digit(1) < 0 || digit(3) < 0 || digit(4) < 0) return std::nullopt;
  const int hour = digit(0) * 10 + digit(1), minute = digit(3) * 10 + digit(4);
  if (hour > 24 || minute > 59 || (hour == 24 && minute > 0)) return std::nullopt;
  return minutes(hour * 60 + minute);
}

class WindowReader {
 public:
  WindowReader(Context* context, std::string name) : context_(context), name_(std::move(name)) {}

  std::optional<TimeWindow> read(const Node& node) {
    if (node.kind != Node::Kind::map || node.members.empty()) {
      error(node.at, fmt::format("`{}` must be a map of days, between and zone", name_), kExample);
      return std::nullopt;
    }
    const bool says_when = node.find("days") != nullptr || node.find("between") != nullptr;
    if (!says_when) error(node.at, fmt::format("`{}` needs `days` or `between`", name_), kExample);
    for (const Member& member : node.members)
      one(member);
    if (!ok_) return std::nullopt;
    return window_;
  }

 private:
  void error(const Position& at, std::string message, std::string hint = {}) {
    ok_ = false;
    context_->error(at, std::move(message), std::move(hint));
  }

  void one(const Member& member) {
    if (member.key == "days") return days(member.value);
    if (member.key == "between") return between(member.value);
    if (member.key == "zone") return zone(member.value);
    error(member.at, fmt::format("unknown key `{}` in `{}`", member.key, name_),
          did_you_mean(member.key, {"days", "between", "zone"}));
  }

  std::string text(const Node& node, std::string_view key) {
    const auto scalar = context_->scalar(node, fmt::format("{}.{}", name_, key));
    if (!scalar) ok_ = false;
    return scalar ? scalar->text : "";
  }

  void days(const Node& node) {
    window_.days = 0;
    if (node.kind != Node::Kind::list) return add_days(node);
    if (node.items.empty()) error(node.at, fmt::format("`{}.days` is empty", name_), kExample);
    for (const Node& item : node.items)
      add_days(item);
  }

  // `mon`, or `mon-fri`, which may go over the end of the week.
  void add_days(const Node& node) {
    const std::string written = text(node, "days");
    if (!ok_) return;
    const std::size_t dash = written.find('-');
    const std::string first = written.substr(0, dash);
    const std::string last = dash == std::string::npos ? first : written.substr(dash + 1);
    const auto from = day_named(first), to = day_named(last);
    if (!from || !to) {
      const std::vector<std::string> names(kDays.begin(), kDays.end());
      std::string hint = did_you_mean(from ? last : first, names);
      return error(node.at, fmt::format("`{}.days` has no day called {}", name_, quoted_as_written(node)),
                   hint.empty() ? "mon, tue, wed, thu, fri, sat, sun; such as mon-fri, or [sat, sun]" : hint);
    }
    for (std::size_t day = *from;; day = (day + 1) % kDays.size()) {
      window_.days |= static_cast<std::uint8_t>(1U << day);
      if (day == *to) break;
    }
  }

  void between(const Node& node) {
    const std::string written = text(node, "between");
    if (!ok_) return;
    const std::size_t dash = std::min(written.find('-'), written.size());
    const auto begin = time_of_day(std::string_view(written).substr(0, dash));
    const auto end =
        dash == written.size() ? std::nullopt : time_of_day(std::string_view(written).substr(dash + 1));
    if (!begin || !end || *begin == std::chrono::hours(24)) {
      return error(
          node.at,
          fmt::format("`{}.between` must be two times of the day, not {}", name_, quoted_as_written(node)),
          "such as \"09:00-18:00\", or \"22:00-06:00\" over midnight");
    }
    if (*begin == *end) {
      return error(node.at, fmt::format("`{}.between` begins where it ends", name_),
                   "leave it out for the whole day");
    }
    window_.begin = *begin;
    window_.end = *end;
  }

  void zone(const Node& node) {
    window_.zone = text(node, "zone");
    if (!ok_ || window_.zone == "UTC") return;
    auto& known = context_->zones[window_.zone];
    if (known == nullptr) {
      auto clock = zone_clock(window_.zone);
      if (!clock) return no_zone(node, clock.error());
      known = std::move(*clock);
    }
    window_.clock = known;
  }

  void no_zone(const Node& node, const Error& why) {
    context_->zones.erase(window_.zone);
    if (why.code == Code::not_found) {
      return error(node.at,
                   fmt::format("`{}.zone`: there is no time zone {}", name_, quoted_as_written(node)),
                   why.detail.empty() ? "such as Europe/Berlin" : why.detail);
    }
    error(node.at, fmt::format("`{}.zone`: {}", name_, why.detail), "install the package tzdata");
  }

  Context* context_;
  std::string name_;
  TimeWindow window_;
  bool ok_ = true;
};

}  // namespace

std::optional<TimeWindow> read_time_window(Context& context, const Node& node, const std::string& name) {
  return WindowReader(&context, name).read(node);
}

}  // namespace holdfast::config
