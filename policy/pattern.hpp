// Tool name patterns (02-policy "Names"): `*` stays inside one dot segment, `**` crosses, "*" alone is every
// tool.
#pragma once

#include <string>
#include <string_view>

#include "policy/complaint.hpp"

namespace holdfast::policy {

class ToolPattern {
 public:
  [[nodiscard]] static Checked<ToolPattern> parse(std::string_view text);

  [[nodiscard]] const std::string& text() const { return text_; }
  // Names one tool, without a wildcard.
  [[nodiscard]] bool exact() const { return prefix_ == text_.size(); }
  // What stands before the first wildcard.
  [[nodiscard]] std::string_view literal_prefix() const { return std::string_view(text_).substr(0, prefix_); }
  // Quadratic in the name at worst; the proxy bounds names at 128 bytes.
  [[nodiscard]] bool matches(std::string_view tool) const;
  // True only if every tool that other matches is matched by this one too; may miss some odd pairs.
  [[nodiscard]] bool covers(const ToolPattern& other) const;
  // The pattern as a name that stands for all it matches: what covers() compares, and an index can be asked
  // with.
  [[nodiscard]] const std::string& symbolic() const { return symbolic_; }

 private:
  std::string text_;  // "*" alone became "**"
  std::string symbolic_;
  std::size_t prefix_ = 0;
};

}  // namespace holdfast::policy
