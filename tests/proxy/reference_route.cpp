#include "reference_route.hpp"

#include <algorithm>
#include <vector>

#include "proxy/target.hpp"

namespace holdfast::proxy::test {
namespace {

using Segments = std::vector<std::string_view>;

Segments segments_of(std::string_view path) {
  Segments segments;
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

// Takes the next segment off a path that begins with a slash.
std::string_view take_segment(std::string_view& path) {
  path.remove_prefix(1);
  const std::string_view segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

bool equals(std::string_view pattern, const Segments& path) {
  for (const std::string_view segment : path) {
    if (pattern.empty()) return false;
    const std::string_view expected = take_segment(pattern);
    if (is_parameter(expected) ? segment.empty() : expected != segment) return false;
  }
  return pattern.empty();
}

// Some servers drop the spaces around a segment and the dots at its end.
std::string_view trimmed(std::string_view segment) {
  while (segment.starts_with(' '))
    segment.remove_prefix(1);
  while (segment.ends_with(' ') || segment.ends_with('.'))
    segment.remove_suffix(1);
  return segment;
}

Segments without_slashes_behind(std::string_view path) {
  Segments segments = segments_of(path);
  while (segments.size() > 1 && segments.back().empty())
    segments.pop_back();
  return segments;
}

// Trimmed, and without the empty ones: slashes at the end, and those that only decoding brings out.
Segments trimmed_segments(std::string_view path) {
  Segments kept;
  for (const std::string_view segment : segments_of(path)) {
    if (const std::string_view rest = trimmed(segment); !rest.empty()) kept.push_back(rest);
  }
  return kept;
}

// What some server does not count as part of a segment that it follows: a path parameter, and in the last one
// a suffix like `.json`, or what would be a query or fragment had it not been escaped.
std::string_view without_suffix(std::string_view segment, std::size_t from, bool last) {
  return trimmed(segment.substr(0, segment.find_first_of(last ? ";.?#" : ";", from)));
}

// Both as careless_path() and trimmed_segments() leave them.
bool resembles(const Segments& pattern, const Segments& path) {
  if (pattern.size() != path.size()) return false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const bool last = i + 1 == pattern.size();
    if (!is_parameter(pattern[i]) && without_suffix(path[i], pattern[i].size(), last) != pattern[i])
      return false;
  }
  return true;
}

bool has_parameter(const Tool& tool) {
  return tool.path.find('{') != std::string::npos;
}

// At the first segment where they differ in kind, the literal one is the more specific; so is a literal one
// that stands behind the other's end.
bool more_specific(const Tool& a, const Tool& b) {
  const Segments left = segments_of(a.path);
  const Segments right = segments_of(b.path);
  for (std::size_t i = 0; i < left.size() && i < right.size(); ++i) {
    if (is_parameter(left[i]) != is_parameter(right[i])) return is_parameter(right[i]);
  }
  const auto behind = left.begin() + static_cast<std::ptrdiff_t>(std::min(left.size(), right.size()));
  return std::any_of(behind, left.end(), [](std::string_view segment) { return !is_parameter(segment); });
}

// True when every path that fits `a` fits `b`: wherever `b` is literal, `a` is. Both fit some path.
bool is_within(const Tool& a, const Tool& b) {
  const Segments left = segments_of(a.path);
  const Segments right = segments_of(b.path);
  for (std::size_t i = 0; i < left.size() && i < right.size(); ++i) {
    if (is_parameter(left[i]) && !is_parameter(right[i])) return false;
  }
  return true;
}

// The most specific tool of this method that fits, or null.
template <class Fits>
const Tool* best_of(const Upstream& upstream, std::string_view method, Fits fits) {
  const Tool* best = nullptr;
  for (const Tool& tool : upstream.tools) {
    if (tool.method != method || !fits(tool)) continue;
    if (best == nullptr || more_specific(tool, *best)) best = &tool;
  }
  return best;
}

std::string named(const Tool& tool) {
  return tool.name.empty() ? "none" : tool.name;
}

// Equal for tools that a server which does not tell case, width and slashes at the end apart takes for one.
std::string shape(const Tool& tool) {
  std::string out;
  const std::string path = careless_path(tool.path);
  for (const std::string_view segment : trimmed_segments(path))
    out.append("/").append(is_parameter(segment) ? "{}" : segment);
  return out;
}

bool has_twin(const Upstream& upstream, const Tool& tool) {
  return std::any_of(upstream.tools.begin(), upstream.tools.end(), [&](const Tool& other) {
    return &other != &tool && other.method == tool.method && shape(other) == shape(tool);
  });
}

}  // namespace

std::string reference_tool(const Upstream& upstream, std::string_view method, std::string_view path) {
  for (const Tool& tool : upstream.tools) {
    if (tool.method == method && tool.path == path && !has_parameter(tool))
      return has_twin(upstream, tool) ? "refused" : named(tool);
  }
  const Segments segments = segments_of(path);
  const auto fits = [&](const Tool& tool) { return equals(tool.path, segments); };
  const Tool* exact = best_of(upstream, method, fits);
  if (exact != nullptr && has_twin(upstream, *exact)) return "refused";
  for (const Tool& tool : upstream.tools) {
    if (exact == nullptr || tool.method != method || !fits(tool) || is_within(*exact, tool)) continue;
    return "refused";
  }
  const std::string misread = careless_path(path);
  const Segments misread_segments = trimmed_segments(misread);
  const Tool* similar = best_of(upstream, method, [&](const Tool& tool) {
    if (&tool == exact) return false;
    if (exact != nullptr && !more_specific(tool, *exact) && is_within(*exact, tool)) return false;
    const std::string pattern = careless_path(tool.path);
    return resembles(trimmed_segments(pattern), misread_segments);
  });
  if (similar == nullptr) return exact == nullptr ? "none" : named(*exact);
  const Segments sent = without_slashes_behind(path);
  if (upstream.loose_routes && sent.size() == without_slashes_behind(similar->path).size() &&
      !has_twin(upstream, *similar)) {
    return named(*similar);
  }
  return "refused";
}

}  // namespace holdfast::proxy::test
