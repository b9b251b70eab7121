#include "proxy/route.hpp"

#include <fmt/format.h>

#include "policy/names.hpp"
#include "proxy/target.hpp"

namespace holdfast::proxy {
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

bool equals(const Segments& pattern, const Segments& path) {
  if (pattern.size() != path.size()) return false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (is_parameter(pattern[i]) ? path[i].empty() : pattern[i] != path[i]) return false;
  }
  return true;
}

// How a careless server may read a path: decoded, in any case and width (NFKC).
std::string careless(std::string_view path) {
  const auto decoded = percent_decode(path, false);
  if (!decoded) return std::string(path);  // parse_target has refused such a path
  return policy::fold(*decoded).value_or(*decoded);
}

// Without the slashes and spaces at its end.
Segments trimmed_segments(std::string_view path) {
  while (path.size() > 1 && (path.ends_with('/') || path.ends_with(' ')))
    path.remove_suffix(1);
  return segments_of(path);
}

// Both as careless() and trimmed_segments() leave them; a suffix like `.json` does not count either.
bool resembles(const Segments& pattern, const Segments& path) {
  if (pattern.size() != path.size()) return false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (is_parameter(pattern[i])) continue;
    std::string_view segment = path[i];
    const std::size_t size = pattern[i].size();
    const bool last = i + 1 == pattern.size();
    if (last && segment.size() > size && segment[size] == '.') segment = segment.substr(0, size);
    if (segment != pattern[i]) return false;
  }
  return true;
}

bool has_parameter(const Tool& tool) {
  return tool.path.find('{') != std::string::npos;
}

// At the first segment where they differ in kind, the literal one is the more specific.
bool more_specific(const Tool& a, const Tool& b) {
  const Segments left = segments_of(a.path);
  const Segments right = segments_of(b.path);
  for (std::size_t i = 0; i < left.size() && i < right.size(); ++i) {
    if (is_parameter(left[i]) != is_parameter(right[i])) return is_parameter(right[i]);
  }
  return false;
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

ToolMatch matched(const Tool& tool, const Segments& path) {
  ToolMatch match{&tool, {}};
  const Segments pattern = segments_of(tool.path);
  for (std::size_t i = 0; i < pattern.size() && i < path.size(); ++i) {
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
  for (const Tool& tool : upstream.tools) {
    if (tool.method == method && tool.path == path && !has_parameter(tool)) return ToolMatch{&tool, {}};
  }
  const Segments segments = segments_of(path);
  const Tool* exact =
      best_of(upstream, method, [&](const Tool& tool) { return equals(segments_of(tool.path), segments); });

  // Names for the server's eyes only: `/v1/Send` fits `/v1/{id}` and is `/v1/send` to a server that folds
  // case.
  const std::string misread = careless(path);
  const Segments misread_segments = trimmed_segments(misread);
  const Tool* similar = best_of(upstream, method, [&](const Tool& tool) {
    if (&tool == exact) return false;
    const std::string pattern = careless(tool.path);
    return resembles(trimmed_segments(pattern), misread_segments);
  });
  if (similar == nullptr || (exact != nullptr && !more_specific(*similar, *exact))) {
    return exact == nullptr ? ToolMatch{} : matched(*exact, segments);
  }
  // A slash that only decoding brings out leaves other segments than the template has.
  const Segments trimmed = trimmed_segments(path);
  if (upstream.loose_routes && trimmed.size() == trimmed_segments(similar->path).size()) {
    return matched(*similar, trimmed);
  }
  return fail(Code::malformed, fmt::format("the path is nearly that of the tool {}.{}; send exactly {} {}",
                                           upstream.name, similar->name, similar->method, similar->path));
}

}  // namespace holdfast::proxy
