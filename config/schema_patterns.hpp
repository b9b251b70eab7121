// Ranges of durations and sizes as regular expressions (ECMA-262, as JSON Schema takes them). Nothing the
// loader takes is refused. Something in one unit is taken exactly where the loader takes it; of a duration in
// several units each part is bounded, and their sum is left to the loader.
#pragma once

#include <cstdint>
#include <string>

namespace holdfast::config {

// Of what parse_duration reads, from `least` to `most` milliseconds.
[[nodiscard]] std::string duration_pattern(std::int64_t least, std::int64_t most);

// Of what parse_size reads with a unit or as a quoted number, from `least` to `most` bytes.
[[nodiscard]] std::string size_pattern(std::int64_t least, std::int64_t most);

// Of the whole numbers from `least` (0 or more) to `most`, without leading zeros.
[[nodiscard]] std::string number_pattern(std::int64_t least, std::int64_t most);

}  // namespace holdfast::config
