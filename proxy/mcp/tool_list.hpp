// The answer to `tools/list`, read strictly, and cut: what stays of it stays byte for byte.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/call.hpp"
#include "core/json.hpp"
#include "core/result.hpp"

namespace holdfast::proxy::mcp {

struct ListedTool {
  std::string_view name;
  Annotations annotations;         // hints that are no booleans are not there
  std::size_t begin = 0, end = 0;  // of its object in the text
};

struct ToolList {
  json::Document document;  // what the names point into
  std::vector<ListedTool> tools;
  std::size_t begin = 0, end = 0;  // of what stands between the brackets of the list
};

// Of a JSON-RPC response; nothing when it carries no list (an error, a result of something else). Error:
// malformed, when somebody may find tools in it that we do not: no strict JSON, names that only resemble
// those of a list (some decoders fold their case), tools without a name.
[[nodiscard]] Result<std::optional<ToolList>> read_tool_list(std::string_view text);

// The text without the tools for which `hidden` is true.
[[nodiscard]] std::string without_tools(std::string_view text, const ToolList& list,
                                        const std::function<bool(std::string_view name)>& hidden);

}  // namespace holdfast::proxy::mcp
