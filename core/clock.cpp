#include "core/clock.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <fstream>

namespace holdfast {
namespace {

class SystemClock final : public Clock {
 public:
  WallTime wall() const override {
    return std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now());
  }
  SteadyTime steady() const override { return std::chrono::steady_clock::now(); }
  std::string boot() const override {
    std::string id;
    std::ifstream("/proc/sys/kernel/random/boot_id") >> id;
    return id;
  }
};

}  // namespace

const Clock& system_clock() {
  static const SystemClock clock;
  return clock;
}

std::string to_rfc3339(WallTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss<Milliseconds> clock{time - day};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

std::string_view Rfc3339::of(WallTime time) {
  const auto second = std::chrono::floor<std::chrono::seconds>(time);
  if (text_.empty() || second != second_) {
    text_ = to_rfc3339(second);
    second_ = second;
  }
  const auto milliseconds = static_cast<unsigned>((time - second).count());
  char* const digits = text_.data() + text_.size() - 4;  // of 000Z
  digits[0] = static_cast<char>('0' + milliseconds / 100);
  digits[1] = static_cast<char>('0' + milliseconds / 10 % 10);
  digits[2] = static_cast<char>('0' + milliseconds % 10);
  return text_;
}

Result<WallTime> parse_rfc3339(const std::string& text) {
  unsigned year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, milli = 0;
  if (text.size() != 24 || std::sscanf(text.c_str(), "%4u-%2u-%2uT%2u:%2u:%2u.%3uZ", &year, &month, &day,
                                       &hour, &minute, &second, &milli) != 7) {
    return fail(Code::malformed, "not a time like 2026-01-02T03:04:05.678Z");
  }
  const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(year)}, std::chrono::month{month},
                                         std::chrono::day{day}};
  if (!date.ok()) return fail(Code::malformed, "no such day");
  const WallTime time = std::chrono::sys_days{date} + std::chrono::hours{hour} +
                        std::chrono::minutes{minute} + std::chrono::seconds{second} + Milliseconds{milli};
  // Writing it back is the strict half of the parser: one spelling per time.
  if (to_rfc3339(time) != text) return fail(Code::malformed, "not a time like 2026-01-02T03:04:05.678Z");
  return time;
}

}  // namespace holdfast
