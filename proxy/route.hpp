// Which upstream and which tool a request is for.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.hpp"
#include "proxy/options.hpp"

namespace holdfast::proxy {

// The upstream that stands at this path, longest prefix first, or null.
[[nodiscard]] const Upstream* find_upstream(std::span<const Upstream> upstreams, std::string_view path);

// The path behind the upstream's prefix, with its leading slash. For http upstreams.
[[nodiscard]] std::string_view strip_prefix(const Upstream& upstream, std::string_view path);

struct ToolMatch {
  const Tool* tool = nullptr;                                             // null: no tool is listed for it
  std::vector<std::pair<std::string_view, std::string_view>> parameters;  // {name} -> segment as it stands
};

// The tool of a stripped path. A path that equals a template of this method only after decoding, NFKC and
// case folding, or but for a trailing slash or a suffix, is malformed unless the upstream's routes are loose
// (02-policy "Names"); also when a template with a parameter in that place takes it as it stands. So is a
// path that fits two templates of which neither is the more concrete one, and each path of two tools that
// only case, width, escapes or a slash at the end tell apart. With the upstream's index (route_index.hpp) it
// costs about the same for any number of tools.
[[nodiscard]] Result<ToolMatch> find_tool(const Upstream& upstream, std::string_view method,
                                          std::string_view path);

// The listed tool of this name (without the upstream's), or null.
[[nodiscard]] const Tool* find_named_tool(const Upstream& upstream, std::string_view name);
// The same of <upstream>.<name>, among all upstreams.
[[nodiscard]] const Tool* find_listed_tool(const std::vector<Upstream>& upstreams, std::string_view upstream,
                                           std::string_view tool);

}  // namespace holdfast::proxy
