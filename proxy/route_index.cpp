#include "proxy/route_index.hpp"

#include <algorithm>
#include <memory>

#include "proxy/target.hpp"

namespace holdfast::proxy {
namespace {

std::vector<std::uint32_t> in_order(std::vector<std::uint32_t> tools) {
  std::sort(tools.begin(), tools.end());
  return tools;
}

}  // namespace

std::uint32_t SegmentTrie::child(std::uint32_t node, std::string_view segment) {
  const auto made = static_cast<std::uint32_t>(nodes_.size());
  if (is_parameter(segment)) {
    if (nodes_[node].parameter != 0) return nodes_[node].parameter;
    nodes_[node].parameter = made;
  } else {
    const auto [found, added] = nodes_[node].literal.try_emplace(std::string(segment), made);
    if (!added) return found->second;
    nodes_[node].longest = std::max(nodes_[node].longest, segment.size());
  }
  nodes_.emplace_back();
  return made;
}

void SegmentTrie::add(std::string_view method, const Segments& segments, std::uint32_t tool) {
  const auto [root, added] =
      methods_.try_emplace(std::string(method), static_cast<std::uint32_t>(nodes_.size()));
  if (added) nodes_.emplace_back();
  std::uint32_t at = root->second;
  for (const std::string_view segment : segments)
    at = child(at, segment);
  nodes_[at].tools.push_back(tool);
}

void SegmentTrie::step(const Node& node, std::string_view segment, Level& next) {
  if (const auto found = node.literal.find(segment); found != node.literal.end())
    next.push_back(found->second);
}

// Each node is reached in one way only, so this never looks at more nodes than there are.
template <class Step>
std::vector<std::uint32_t> SegmentTrie::walk(std::string_view method, const Segments& path, Step take) const {
  const auto root = methods_.find(method);
  if (root == methods_.end()) return {};
  Level level{root->second};
  Level next;
  for (std::size_t i = 0; i < path.size() && !level.empty(); ++i) {
    next.clear();
    for (const std::uint32_t at : level) {
      const Node& node = nodes_[at];
      if (node.parameter != 0 && !path[i].empty()) next.push_back(node.parameter);
      take(node, path[i], i + 1 == path.size(), next);
    }
    level.swap(next);
  }
  std::vector<std::uint32_t> tools;
  for (const std::uint32_t at : level)
    tools.insert(tools.end(), nodes_[at].tools.begin(), nodes_[at].tools.end());
  return tools;
}

std::vector<std::uint32_t> SegmentTrie::fitting(std::string_view method, const Segments& path) const {
  return walk(method, path, [](const Node& node, std::string_view segment, bool /*last*/, Level& next) {
    step(node, segment, next);
  });
}

std::vector<std::uint32_t> SegmentTrie::resembling(std::string_view method, const Segments& path) const {
  return walk(method, path, [](const Node& node, std::string_view segment, bool last, Level& next) {
    // A literal segment resembles when nothing but trimmed characters stands between its end and a suffix.
    const std::size_t most = std::min(node.longest, segment.size());
    for (std::size_t end = 1; end <= most; ++end) {
      if (end < segment.size() && std::string_view(" .;?#").find(segment[end]) == std::string_view::npos)
        continue;
      const std::size_t rest = segment.find_first_not_of(" .", end);
      const std::size_t cut = segment.find_first_of(suffix_marks(last), end);
      if (std::min(cut, segment.size()) > std::min(rest, segment.size())) continue;
      step(node, segment.substr(0, end), next);
    }
  });
}

RouteIndex::RouteIndex(const std::vector<Tool>& tools) : twins_(tools.size()) {
  std::unordered_map<std::string, std::uint32_t> shapes;
  for (std::uint32_t i = 0; i < tools.size(); ++i) {
    const Tool& tool = tools[i];
    names_.emplace(tool.name, i);
    if (tool.path.empty()) continue;
    if (tool.path.find('{') == std::string::npos) literal_[tool.method].emplace(tool.path, i);
    exact_.add(tool.method, segments_of(tool.path), i);
    const std::string careless = careless_path(tool.path);
    careless_.add(tool.method, trimmed_segments(careless), i);
    const auto [first, added] = shapes.emplace(careless_shape(tool), i);
    twins_[i] = first->second;
    // The first one's own twin is the next.
    if (!added && twins_[first->second] == first->second) twins_[first->second] = i;
  }
}

std::optional<std::uint32_t> RouteIndex::literal(std::string_view method, std::string_view path) const {
  const auto paths = literal_.find(method);
  if (paths == literal_.end()) return std::nullopt;
  const auto found = paths->second.find(path);
  return found == paths->second.end() ? std::nullopt : std::optional(found->second);
}

std::vector<std::uint32_t> RouteIndex::fitting(std::string_view method, const Segments& path) const {
  return in_order(exact_.fitting(method, path));
}

std::vector<std::uint32_t> RouteIndex::resembling(std::string_view method, const Segments& path) const {
  return in_order(careless_.resembling(method, path));
}

std::optional<std::uint32_t> RouteIndex::named(std::string_view name) const {
  const auto found = names_.find(name);
  return found == names_.end() ? std::nullopt : std::optional(found->second);
}

void index_routes(std::vector<Upstream>& upstreams) {
  for (Upstream& upstream : upstreams)
    upstream.routes = std::make_shared<const RouteIndex>(upstream.tools);
}

std::string careless_shape(const Tool& tool) {
  std::string shape = tool.method + " ";
  const std::string path = careless_path(tool.path);
  for (const std::string_view segment : trimmed_segments(path)) {
    shape += '/';
    shape += is_parameter(segment) ? std::string_view("{}") : segment;
  }
  return shape;
}

}  // namespace holdfast::proxy
