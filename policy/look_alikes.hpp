// Names of MCP tools that some server may take for one a rule is about (02-policy "Names"). A rule with a
// wildcard is about every name it matches, so a name that it matches only as misread is a look-alike too.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "policy/index.hpp"
#include "policy/pattern.hpp"

namespace holdfast::policy {

class LookAlikes {
 public:
  // A tool that somebody wrote down.
  void know(const std::string& tool);
  // The pattern of a rule, with a wildcard.
  void add(const ToolPattern& pattern);

  // The name, or the pattern, that this one resembles and is not; empty when there is none, and for tools
  // that are known: who wrote them down meant them.
  [[nodiscard]] std::string_view find(std::string_view tool) const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  struct Misread {
    ToolPattern as_written, folded;
  };
  std::unordered_set<std::string, Hash, std::equal_to<>> known_;
  std::unordered_map<std::string, std::string, Hash, std::equal_to<>> names_;  // as misread -> as it is
  std::vector<Misread> patterns_;
  Index index_;  // of the folded ones
};

}  // namespace holdfast::policy
