#include "proxy/route.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "proxy/route_index.hpp"
#include "proxy/segments.hpp"
#include "proxy/target.hpp"

namespace holdfast::proxy {
namespace {

// Takes the next segment off a path that begins with a slash.
std::string_view take_segment(std::string_view& path) {
  path.remove_prefix(1);
  const std::string_view segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

// Asked of every tool for every call, as resembles_roughly() is: no memory.
bool equals(std::string_view pattern, const Segments& path) {
  for (const std::string_view segment : path) {
    if (pattern.empty()) return false;
    const std::string_view expected = take_segment(pattern);
    if (is_parameter(expected) ? segment.empty() : expected != segment) return false;
  }
  return pattern.empty();
}

std::string_view without_suffix(std::string_view segment, std::size_t from, bool last) {
  return trimmed(segment.substr(0, segment.find_first_of(suffix_marks(last), from)));
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

bool begins_with(std::string_view folded, std::string_view text) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; };
  return folded.size() >= text.size() &&
         std::equal(text.begin(), text.end(), folded.begin(), [&](char a, char b) { return lower(a) == b; });
}

// False only when resembles() would be false of what careless_path() makes of the pattern: which is costly to
// make, and the answer for nearly every tool.
bool resembles_roughly(std::string_view pattern, const Segments& path) {
  const bool plain = std::all_of(pattern.begin(), pattern.end(),
                                 [](char c) { return c > ' ' && c < 0x7f && c != '%' && c != '\\'; });
  if (!plain) return true;
  std::size_t at = 0;
  while (!pattern.empty()) {
    const std::string_view segment = trimmed(take_segment(pattern));
    if (segment.empty()) continue;
    if (at == path.size() || (!is_parameter(segment) && !begins_with(path[at], segment))) return false;
    ++at;
  }
  return at == path.size();
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

using Tools = std::vector<const Tool*>;

// In the order in which they are listed.
template <class Found, class Fits>
Tools tools_of(const Upstream& upstream, std::string_view method, Found found, Fits fits) {
  Tools tools;
  if (upstream.routes != nullptr) {
    for (const std::uint32_t i : found(*upstream.routes))
      tools.push_back(&upstream.tools[i]);
    return tools;
  }
  for (const Tool& tool : upstream.tools) {
    if (tool.method == method && fits(tool)) tools.push_back(&tool);
  }
  return tools;
}

Tools fitting(const Upstream& upstream, std::string_view method, const Segments& path) {
  return tools_of(
      upstream, method, [&](const RouteIndex& index) { return index.fitting(method, path); },
      [&](const Tool& tool) { return equals(tool.path, path); });
}

Tools resembling(const Upstream& upstream, std::string_view method, const Segments& path) {
  return tools_of(
      upstream, method, [&](const RouteIndex& index) { return index.resembling(method, path); },
      [&](const Tool& tool) {
        if (!resembles_roughly(tool.path, path)) return false;
        const std::string pattern = careless_path(tool.path);
        return resembles(trimmed_segments(pattern), path);
      });
}

// The tool whose template is this very path, if the index knows one; null does not say that there is none.
const Tool* literal_tool(const Upstream& upstream, std::string_view method, std::string_view path) {
  const auto at = upstream.routes == nullptr ? std::nullopt : upstream.routes->literal(method, path);
  return at ? &upstream.tools[*at] : nullptr;
}

// Another tool that a careless server may take for this one whatever the path, or null.
const Tool* twin_of(const Upstream& upstream, const Tool& tool) {
  const auto at = static_cast<std::uint32_t>(&tool - upstream.tools.data());
  if (upstream.routes != nullptr) {
    const std::uint32_t twin = upstream.routes->twin(at);
    return twin == at ? nullptr : &upstream.tools[twin];
  }
  const std::string shape = careless_shape(tool);
  const auto alike = std::find_if(upstream.tools.begin(), upstream.tools.end(), [&](const Tool& other) {
    return &other != &tool && careless_shape(other) == shape;
  });
  return alike == upstream.tools.end() ? nullptr : &*alike;
}

// The most specific of them, the first among equals; null when there is none.
const Tool* best_of(const Tools& tools) {
  const Tool* best = nullptr;
  for (const Tool* tool : tools) {
    if (best == nullptr || more_specific(*tool, *best)) best = tool;
  }
  return best;
}

tl::unexpected<Error> fits_both(const Tool& one, const Tool& other) {
  return fail(Code::malformed,
              fmt::format("the path fits both {} and {}: servers differ on which of them it is for", one.path,
                          other.path));
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

// What fits an operation without a name is no tool's.
ToolMatch named(ToolMatch match) {
  return match.tool->name.empty() ? ToolMatch{} : std::move(match);
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
  // Nothing is more specific than a template without parameters.
  const Tool* literal = literal_tool(upstream, method, path);
  if (literal != nullptr && twin_of(upstream, *literal) == nullptr) return named(ToolMatch{literal, {}});
  const Segments segments = segments_of(path);
  const Tools fit = fitting(upstream, method, segments);
  const Tool* exact = best_of(fit);
  if (exact != nullptr) {
    // Listed as two tools, and one to a server that does not tell their paths apart: an allow for one would
    // be one for the other.
    if (const Tool* twin = twin_of(upstream, *exact)) return fits_both(*exact, *twin);
    if (!has_parameter(*exact)) return named(ToolMatch{exact, {}});
    for (const Tool* tool : fit) {
      if (!is_within(*exact, *tool)) return fits_both(*exact, *tool);
    }
  }

  // Names for the server's eyes only: `/v1/Send` fits `/v1/{id}` and is `/v1/send` to a server that folds
  // case.
  const std::string misread = careless_path(path);
  Tools alike = resembling(upstream, method, trimmed_segments(misread));
  // The wider one is not what a server takes when both fit.
  std::erase_if(alike, [exact](const Tool* tool) {
    return tool == exact || (exact != nullptr && !more_specific(*tool, *exact) && is_within(*exact, *tool));
  });
  const Tool* similar = best_of(alike);
  if (similar == nullptr) return exact == nullptr ? ToolMatch{} : named(matched(*exact, segments));
  // A slash that only decoding brings out leaves other segments than the template has.
  const Segments sent = without_slashes_behind(path);
  if (upstream.loose_routes && sent.size() == without_slashes_behind(similar->path).size() &&
      twin_of(upstream, *similar) == nullptr) {
    return named(matched(*similar, sent));
  }
  const std::string whose =
      similar->name.empty() ? "an operation" : fmt::format("the tool {}.{}", upstream.name, similar->name);
  return fail(Code::malformed, fmt::format("the path is nearly that of {}; send exactly {} {}", whose,
                                           similar->method, similar->path));
}

const Tool* find_named_tool(const Upstream& upstream, std::string_view name) {
  if (name.empty()) return nullptr;
  if (upstream.routes != nullptr) {
    const auto at = upstream.routes->named(name);
    return at ? &upstream.tools[*at] : nullptr;
  }
  const auto found = std::find_if(upstream.tools.begin(), upstream.tools.end(),
                                  [name](const Tool& tool) { return tool.name == name; });
  return found == upstream.tools.end() ? nullptr : &*found;
}

const Tool* find_listed_tool(const std::vector<Upstream>& upstreams, std::string_view upstream,
                             std::string_view tool) {
  const auto found = std::find_if(upstreams.begin(), upstreams.end(),
                                  [&](const Upstream& one) { return one.name == upstream; });
  if (found == upstreams.end() || tool.size() <= upstream.size()) return nullptr;
  return find_named_tool(*found, tool.substr(upstream.size() + 1));
}

}  // namespace holdfast::proxy
