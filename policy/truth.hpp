// Three-valued logic (Kleene): what a condition can say. The order no < unknown < yes makes `and` the minimum
// and `or` the maximum.
#pragma once

#include <algorithm>
#include <cstdint>

namespace holdfast::policy {

enum class Truth : std::uint8_t { no, unknown, yes };

[[nodiscard]] constexpr Truth truth(bool value) {
  return value ? Truth::yes : Truth::no;
}
[[nodiscard]] constexpr Truth both(Truth a, Truth b) {
  return std::min(a, b);
}
[[nodiscard]] constexpr Truth either(Truth a, Truth b) {
  return std::max(a, b);
}

[[nodiscard]] constexpr Truth opposite(Truth a) {
  switch (a) {
    case Truth::no:
      return Truth::yes;
    case Truth::unknown:
      return Truth::unknown;
    case Truth::yes:
      return Truth::no;
  }
  return Truth::unknown;
}

}  // namespace holdfast::policy
