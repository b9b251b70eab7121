// The time zones of this machine (tzdata), read when a configuration is loaded.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "policy/options.hpp"

namespace holdfast::config {

// What the clocks of a zone such as `Europe/Berlin` show, from 1970 until the end of 2037, where the tables
// of tzdata end. Errors: not_found (with the nearest name, if there is one, as its detail), unavailable when
// the machine has no tzdata.
[[nodiscard]] Result<std::shared_ptr<const policy::ZoneClock>> zone_clock(const std::string& name);

}  // namespace holdfast::config
