// Which rules may concern a tool, in the order of the policy: exact names by hash, patterns by a trie of what
// stands before their first wildcard. So ten thousand rules cost about what ten do.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "policy/pattern.hpp"

namespace holdfast::policy {

// Deeper letters of a prefix are not indexed; the pattern itself is asked in the end anyway.
inline constexpr std::size_t kIndexDepth = 32;

// Walks several ascending lists as one. Points into the index.
class Candidates {
 public:
  // The next rule's position, ascending. Its pattern is still to be asked.
  std::optional<std::uint32_t> next();
  // The number of the tool's name; 0 when it is not known.
  [[nodiscard]] std::uint32_t tool() const { return tool_; }

 private:
  friend class Index;
  void add(std::span<const std::uint32_t> rules) {
    if (!rules.empty()) lists_[count_++] = rules;
  }
  std::array<std::span<const std::uint32_t>, kIndexDepth + 2> lists_;
  std::size_t count_ = 0;
  std::uint32_t tool_ = 0;
};

class Index {
 public:
  Index() : nodes_(1) {}
  // Positions are added in ascending order.
  void add(const ToolPattern& pattern, std::uint32_t rule);
  // Numbers a tool's name, from 1 in the order in which they come. Exact patterns are known without it.
  void know(const std::string& tool);
  [[nodiscard]] const std::vector<std::string>& known() const { return known_; }
  // 0: not known.
  [[nodiscard]] std::uint32_t number(std::string_view tool) const;
  // No allocation.
  [[nodiscard]] Candidates find(std::string_view tool) const;

 private:
  struct Node {
    std::string letters;              // of the edges that leave it
    std::vector<std::uint32_t> next;  // where they lead
    std::vector<std::uint32_t> rules;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  struct Exact {
    std::uint32_t number = 0;
    std::vector<std::uint32_t> rules;
  };
  Exact& exact(const std::string& tool);

  std::unordered_map<std::string, Exact, Hash, std::equal_to<>> exact_;
  std::vector<std::string> known_;  // the name numbered n stands at n - 1
  std::vector<Node> nodes_;
};

}  // namespace holdfast::policy
