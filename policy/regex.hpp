// `glob` and `matches`: both become RE2, whose work is at worst the length of the text times the size of the
// compiled pattern. That product is bounded.
#pragma once

#include <re2/re2.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "policy/complaint.hpp"
#include "policy/truth.hpp"

namespace holdfast::policy {

class Regex {
 public:
  // Patterns are asked of so many bytes of text; large ones of fewer, in proportion (docs/limits.md).
  static constexpr std::size_t kMostText = std::size_t{16} * 1024;

  // `*` is anything but a slash, `**` anything; the rest is literal. Always about the whole text.
  [[nodiscard]] static Checked<Regex> of_glob(std::string_view glob);
  // RE2's syntax. About the whole text, unless the pattern begins with `^` or ends with `$`: then as written.
  // Anchors elsewhere, the flag `m`, and a pattern that could be asked of next to no text, are complaints.
  [[nodiscard]] static Checked<Regex> of_pattern(std::string_view pattern);

  // Of nothing, and not to be asked.
  Regex() = default;

  // The bytes of text that a pattern of this one's size is asked of.
  [[nodiscard]] std::size_t most_text() const { return most_text_; }

  // Unknown of text that is longer than most_text(), together with the `asked` bytes before it; they are
  // added up there. Unknown of text with a line feed when it matters whether a `.` stands for one: who wrote
  // the pattern may have thought of one line, and the reader of the call may read two. The text must be
  // UTF-8.
  [[nodiscard]] Truth says(std::string_view text, std::size_t& asked) const;

 private:
  using Compiled = std::unique_ptr<re2::RE2>;
  static Compiled compile(const std::string& pattern, bool dot_is_line_feed);
  static Checked<Regex> made(std::string_view written, Compiled as_written, Compiled across_lines);

  Compiled as_written_;
  std::size_t most_text_ = 0;
  Compiled across_lines_;  // the same with a `.` for a line feed too; null where that is no difference
};

}  // namespace holdfast::policy
