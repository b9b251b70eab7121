// Names that some reader may take for one another (02-policy): equal after NFKC and case folding.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace holdfast::policy {

[[nodiscard]] bool is_ascii(std::string_view text);

// False also for what is not UTF-8.
[[nodiscard]] bool is_nfc(std::string_view text);

// NFKC, case folded, without characters that show nothing (Unicode's NFKC_Casefold). Nothing for what is not
// UTF-8.
[[nodiscard]] std::optional<std::string> fold(std::string_view text);

// The name of a member or parameter that a rule asks for.
class Name {
 public:
  Name() = default;
  // The text must be UTF-8.
  explicit Name(std::string text);

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] bool is(std::string_view other) const { return text_ == other; }
  // True for names that fold to the same, and for those that do up to a byte that is not UTF-8: that may be
  // read as anything.
  // No allocation when the rule's name is ASCII.
  [[nodiscard]] bool resembles(std::string_view other) const;
  // The same of a parameter in a query or form, which has more spellings (ParameterName); true also for what
  // is a part of the one that is named so.
  [[nodiscard]] bool may_be_parameter(std::string_view other) const;

 private:
  std::string text_;
  std::string folded_;
  bool ascii_ = true;
};

// A tool's name as a careless reader may take it: folded, and each dot segment trimmed of spaces and
// controls, with no dots at the end. Nothing for what is not UTF-8.
[[nodiscard]] std::optional<std::string> careless_tool(std::string_view tool);

}  // namespace holdfast::policy
