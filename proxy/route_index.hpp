// Which tools of an http upstream a path may be for: found by method and segments, so that ten thousand tools
// cost about what ten do. It names candidates; what becomes of them is find_tool()'s to say.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "proxy/options.hpp"
#include "proxy/segments.hpp"

namespace holdfast::proxy {

// Templates by segments; `{names}` stand for any segment. Immutable once filled, safe from every thread.
struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};
using ByText = std::unordered_map<std::string, std::uint32_t, TextHash, std::equal_to<>>;

class SegmentTrie {
 public:
  void add(std::string_view method, const Segments& segments, std::uint32_t tool);

  // The tools, in no order, that fit segment by segment; a parameter takes no empty segment.
  [[nodiscard]] std::vector<std::uint32_t> fitting(std::string_view method, const Segments& path) const;
  // The tools that are left of the path when each segment may end before a suffix and what is trimmed.
  [[nodiscard]] std::vector<std::uint32_t> resembling(std::string_view method, const Segments& path) const;

 private:
  struct Node {
    ByText literal;
    std::size_t longest = 0;      // of the literal ones, in bytes
    std::uint32_t parameter = 0;  // 0: none, for no edge leads back to the first
    std::vector<std::uint32_t> tools;
  };
  using Level = std::vector<std::uint32_t>;

  std::uint32_t child(std::uint32_t node, std::string_view segment);
  static void step(const Node& node, std::string_view segment, Level& next);
  template <class Step>
  [[nodiscard]] std::vector<std::uint32_t> walk(std::string_view method, const Segments& path,
                                                Step take) const;

  ByText methods_;
  std::vector<Node> nodes_ = std::vector<Node>(1);
};

class RouteIndex {
 public:
  // Of an mcp upstream the tools have names only.
  explicit RouteIndex(const std::vector<Tool>& tools);

  // The first tool whose template is this very path, without a parameter.
  [[nodiscard]] std::optional<std::uint32_t> literal(std::string_view method, std::string_view path) const;
  // Positions in the list of tools, ascending: those that the path fits as it stands, ...
  [[nodiscard]] std::vector<std::uint32_t> fitting(std::string_view method, const Segments& path) const;
  // ... and those that resemble what careless_path() and trimmed_segments() made of it.
  [[nodiscard]] std::vector<std::uint32_t> resembling(std::string_view method, const Segments& path) const;
  // The first tool that a server which does not tell case, width and slashes at the end apart takes for this
  // one, or this one itself.
  [[nodiscard]] std::uint32_t twin(std::uint32_t tool) const { return twins_[tool]; }
  // The position of the tool of this name.
  [[nodiscard]] std::optional<std::uint32_t> named(std::string_view name) const;

 private:
  std::unordered_map<std::string, ByText, TextHash, std::equal_to<>> literal_;  // by method, then by path
  SegmentTrie exact_;
  SegmentTrie careless_;
  std::vector<std::uint32_t> twins_;
  ByText names_;
};

// Gives each upstream its index. An upstream without one is routed alike, by asking each of its tools.
void index_routes(std::vector<Upstream>& upstreams);

// What is left of a tool's template where case, width, escapes and slashes at its end do not count, and
// parameters have no names: equal for tools that a careless server cannot tell apart.
[[nodiscard]] std::string careless_shape(const Tool& tool);

}  // namespace holdfast::proxy
