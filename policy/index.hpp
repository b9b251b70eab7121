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

 private:
  friend class Index;
  void add(std::span<const std::uint32_t> rules) {
    if (!rules.empty()) lists_[count_++] = rules;
  }
  std::array<std::span<const std::uint32_t>, kIndexDepth + 2> lists_;
  std::size_t count_ = 0;
};

class Index {
 public:
  Index() : nodes_(1) {}
  // Positions are added in ascending order.
  void add(const ToolPattern& pattern, std::uint32_t rule);
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
  std::unordered_map<std::string, std::vector<std::uint32_t>, Hash, std::equal_to<>> exact_;
  std::vector<Node> nodes_;
};

}  // namespace holdfast::policy
