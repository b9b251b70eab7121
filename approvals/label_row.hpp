// A label that an agent has, as the store keeps it.
#pragma once

#include <cstdint>
#include <string>

namespace holdfast::approvals {

// An agent has a label since this limit time.
struct LabelRow {
  std::string agent;
  std::string label;
  std::int64_t at = 0;
};

}  // namespace holdfast::approvals
