// `glob` and `matches`: both become RE2, which is linear in the text whatever the pattern.
#pragma once

#include <re2/re2.h>

#include <memory>
#include <string>
#include <string_view>

#include "policy/complaint.hpp"
#include "policy/truth.hpp"

namespace holdfast::policy {

class Regex {
 public:
  // `*` is anything but a slash, `**` anything; the rest is literal. Always about the whole text.
  [[nodiscard]] static Checked<Regex> of_glob(std::string_view glob);
  // RE2's syntax. About the whole text, unless the pattern begins with `^` or ends with `$`: then as written.
  [[nodiscard]] static Checked<Regex> of_pattern(std::string_view pattern);

  // Of nothing, and not to be asked.
  Regex() = default;

  // Unknown of text with a line feed when it matters whether a `.` stands for one: who wrote the pattern may
  // have thought of one line, and the reader of the call may read two. The text must be UTF-8.
  [[nodiscard]] Truth says(std::string_view text) const;

 private:
  using Compiled = std::unique_ptr<re2::RE2>;
  static Compiled compile(const std::string& pattern, bool dot_is_line_feed);
  static Checked<Regex> made(std::string_view written, Compiled as_written, Compiled across_lines);

  Compiled as_written_;
  Compiled across_lines_;  // the same with a `.` for a line feed too; null where that is no difference
};

}  // namespace holdfast::policy
