// The entries with which a start begins to write.
#pragma once

#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/json_text.hpp"
#include "receipts/home.hpp"
#include "receipts/recovery.hpp"

namespace holdfast::receipts {

struct Opening {
  std::string kind;
  json::ObjectText members;
};

// A new log begins with genesis; every start says how the one before ended.
[[nodiscard]] std::vector<Opening> opening_entries(const Recovered& before, const Home& home, WallTime now);

}  // namespace holdfast::receipts
