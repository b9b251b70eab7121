#include "config/zones.hpp"

#include <date/tz.h>

#include <chrono>
#include <exception>

#include "config/suggest.hpp"

namespace holdfast::config {
namespace {

using std::chrono::sys_days;
using std::chrono::sys_seconds;
using namespace std::chrono_literals;

constexpr const char* kNone = "the time zones of this machine cannot be read";
constexpr sys_seconds kFrom = sys_days(1970y / 1 / 1);
constexpr sys_seconds kTo = sys_days(2038y / 1 / 1);

// `localtime` is whatever somebody set on this machine: the same policy would mean something else on the
// next.
const date::time_zone* find(const date::tzdb& zones, const std::string& name) {
  if (name == "localtime") return nullptr;
  for (const date::time_zone& zone : zones.zones) {
    if (zone.name() == name) return &zone;
  }
  return nullptr;
}

std::string nearest(const date::tzdb& zones, const std::string& name) {
  std::vector<std::string> names;
  for (const date::time_zone& zone : zones.zones)
    names.push_back(zone.name());
  return did_you_mean(name, names);
}

}  // namespace

Result<std::shared_ptr<const policy::ZoneClock>> zone_clock(const std::string& name) {
  try {
    const date::tzdb& zones = date::get_tzdb();
    const date::time_zone* zone = find(zones, name);
    if (zones.zones.empty()) return fail(Code::unavailable, kNone);
    if (zone == nullptr) return fail(Code::not_found, nearest(zones, name));
    auto clock = std::make_shared<policy::ZoneClock>();
    clock->known_to = kTo;
    for (sys_seconds at = kFrom; at < kTo;) {
      const date::sys_info info = zone->get_info(at);
      clock->changes.push_back({at, info.offset});
      at = info.end;
    }
    return std::shared_ptr<const policy::ZoneClock>(std::move(clock));
  } catch (const std::exception&) {  // what it says names folders that were looked for, not what to do
    return fail(Code::unavailable, kNone);
  }
}

}  // namespace holdfast::config
