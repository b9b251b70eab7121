#include "proxy/route.hpp"

#include <fmt/format.h>

#include "net/http_message.hpp"

namespace holdfast::proxy {
namespace {

std::vector<std::string_view> segments_of(std::string_view path) {
  std::vector<std::string_view> segments;
  path.remove_prefix(1);
  while (true) {
    const std::size_t slash = path.find('/');
    segments.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return segments;
    path.remove_prefix(slash + 1);
  }
}

bool is_parameter(std::string_view segment) {
  return segment.starts_with('{') && segment.ends_with('}');
}

using Segments = std::vector<std::string_view>;

bool equals(const Segments& pattern, const Segments& path) {
  if (pattern.size() != path.size()) return false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (is_parameter(pattern[i]) ? path[i].empty() : pattern[i] != path[i]) return false;
  }
  return true;
}

// How some servers read a path: without its trailing slash, in any case, with a suffix like `.json`.
bool resembles(const Segments& pattern, Segments path) {
  if (path.size() > 1 && path.back().empty()) path.pop_back();
  if (pattern.size() != path.size()) return false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (is_parameter(pattern[i])) continue;
    std::string_view segment = path[i];
    const std::size_t size = pattern[i].size();
    if (i + 1 == pattern.size() && segment.size() > size && segment[size] == '.')
      segment = segment.substr(0, size);
    if (!net::same_name(segment, pattern[i])) return false;
  }
  return true;
}

// At the first segment where they differ in kind, the literal one is the more specific.
bool more_specific(const Segments& a, const Segments& b) {
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
    if (is_parameter(a[i]) != is_parameter(b[i])) return is_parameter(b[i]);
  }
  return false;
}

ToolMatch matched(const Tool& tool, const Segments& pattern, const Segments& path) {
  ToolMatch match{&tool, {}};
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (is_parameter(pattern[i]))
      match.parameters.emplace_back(pattern[i].substr(1, pattern[i].size() - 2), path[i]);
  }
  return match;
}

}  // namespace

const Upstream* find_upstream(std::span<const Upstream> upstreams, std::string_view path) {
  const Upstream* best = nullptr;
  for (const Upstream& upstream : upstreams) {
    const bool here =
        upstream.protocol == Protocol::mcp ? path == upstream.path : path.starts_with(upstream.path);
    if (here && (best == nullptr || upstream.path.size() > best->path.size())) best = &upstream;
  }
  return best;
}

std::string_view strip_prefix(const Upstream& upstream, std::string_view path) {
  return path.substr(upstream.path.size() - 1);
}

Result<ToolMatch> find_tool(const Upstream& upstream, std::string_view method, std::string_view path) {
  const Segments segments = segments_of(path);
  const Tool* best = nullptr;
  const Tool* similar = nullptr;
  Segments best_pattern;
  for (const Tool& tool : upstream.tools) {
    if (tool.method != method) continue;
    Segments pattern = segments_of(tool.path);
    if (equals(pattern, segments)) {
      if (best == nullptr || more_specific(pattern, best_pattern)) {
        best = &tool;
        best_pattern = std::move(pattern);
      }
    } else if (similar == nullptr && resembles(pattern, segments)) {
      similar = &tool;
    }
  }
  if (best != nullptr) return matched(*best, best_pattern, segments);
  if (similar == nullptr) return ToolMatch{};
  if (!upstream.loose_routes) {
    return fail(Code::malformed, fmt::format("the path is nearly that of the tool {}.{}; send exactly {} {}",
                                             upstream.name, similar->name, similar->method, similar->path));
  }
  Segments trimmed = segments;
  if (trimmed.size() > 1 && trimmed.back().empty()) trimmed.pop_back();
  return matched(*similar, segments_of(similar->path), trimmed);
}

}  // namespace holdfast::proxy
