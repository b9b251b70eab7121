// What a pattern says by itself of where it is anchored, and of what its dots stand for.
#pragma once

#include <cstdint>
#include <string_view>

namespace holdfast::policy {

enum class Anchors : std::uint8_t {
  none,   // so the pattern is about the whole text
  own,    // `^` or `\A` in front of all of it, or `$` or `\z` behind: it is taken as it is written
  partly  // somewhere else, or beside a `|`: whoever reads it cannot tell which of the two was meant
};

struct Stated {
  Anchors anchors = Anchors::none;
  // Some `.` may or may not stand for a line feed: the flag `s` is not set or unset in front.
  bool open_dots = false;
  // A `\Q` has no `\E`: all that is put behind the pattern would be text too.
  bool open_quotation = false;
  // The flag `m` is set somewhere: `^` and `$` would be those of each line.
  bool by_line = false;
};

// The pattern is valid RE2. Flags in front, such as (?i), are no part of what stands there first.
[[nodiscard]] Stated stated_by(std::string_view pattern);

}  // namespace holdfast::policy
