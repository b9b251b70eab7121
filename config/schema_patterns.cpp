#include "config/schema_patterns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "config/scalar.hpp"

namespace holdfast::config {
namespace {

std::string digit_range(char least, char most) {
  return least == most ? std::string(1, least) : fmt::format("[{}-{}]", least, most);
}

std::string any_digits(std::size_t count) {
  return count == 0 ? "" : count == 1 ? "[0-9]" : fmt::format("[0-9]{{{}}}", count);
}

// Numbers of as many digits as both have. Split where the first digits differ: the ends go on with the rest
// of their own, what lies between takes any digits.
void same_length(const std::string& prefix, const std::string& least, const std::string& most,
                 std::vector<std::string>& out) {
  const std::size_t rest = least.size() - 1;
  if (least == std::string(least.size(), '0') && most == std::string(most.size(), '9')) {
    out.push_back(prefix + any_digits(least.size()));
  } else if (rest == 0) {
    out.push_back(prefix + digit_range(least[0], most[0]));
  } else if (least[0] == most[0]) {
    same_length(prefix + least[0], least.substr(1), most.substr(1), out);
  } else {
    char from = least[0];
    char to = most[0];
    if (least.substr(1) != std::string(rest, '0')) {
      same_length(prefix + from++, least.substr(1), std::string(rest, '9'), out);
    }
    const bool whole = most.substr(1) == std::string(rest, '9');
    if (!whole) --to;
    if (from <= to) out.push_back(prefix + digit_range(from, to) + any_digits(rest));
    if (!whole) same_length(prefix + most[0], std::string(rest, '0'), most.substr(1), out);
  }
}

std::int64_t up(std::int64_t value, std::int64_t factor) {
  return (value + factor - 1) / factor;
}

}  // namespace

std::string number_pattern(std::int64_t least, std::int64_t most) {
  std::vector<std::string> parts;
  std::string from = std::to_string(least);
  const std::string to = std::to_string(most);
  while (from.size() < to.size()) {
    same_length("", from, std::string(from.size(), '9'), parts);
    from = "1" + std::string(from.size(), '0');
  }
  same_length("", from, to, parts);
  return fmt::format("({})", fmt::join(parts, "|"));
}

std::string duration_pattern(std::int64_t least, std::int64_t most) {
  std::vector<std::string> alone;
  std::string several;
  for (const Unit& unit : time_units()) {
    if (up(least, unit.factor) <= most / unit.factor) {
      alone.push_back(number_pattern(up(least, unit.factor), most / unit.factor) + std::string(unit.name));
    }
    // `(?!s)`: the m of `5ms` is not the m of minutes.
    several += fmt::format("({}{}{})?", number_pattern(0, most / unit.factor), unit.name,
                           unit.name == "m" ? "(?!s)" : "");
  }
  return fmt::format("^({}|(?=.*[a-z][0-9]){})$", fmt::join(alone, "|"), several);
}

std::string size_pattern(std::int64_t least, std::int64_t most) {
  std::vector<std::string> parts = {number_pattern(least, most)};
  for (const Unit& unit : size_units()) {
    if (up(least, unit.factor) > most / unit.factor) continue;
    parts.push_back(number_pattern(up(least, unit.factor), most / unit.factor) + std::string(unit.name));
  }
  return fmt::format("^({})$", fmt::join(parts, "|"));
}

}  // namespace holdfast::config
