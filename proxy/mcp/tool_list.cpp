#include "proxy/mcp/tool_list.hpp"

#include <fmt/format.h>

#include "policy/names.hpp"
#include "proxy/mcp/json_spans.hpp"

namespace holdfast::proxy::mcp {
namespace {

using json::Kind;
using json::Value;

constexpr std::size_t kDepth = 512;

// The position of the member of this name; nothing when there is none. Error: malformed, one that only
// resembles it.
Result<std::optional<std::size_t>> find_member(const Value& object, std::string_view name) {
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < object.members().size(); ++i) {
    const std::string_view other = object.members()[i].name;
    if (other == name) {
      found = i;
    } else if (const auto folded = policy::fold(other); !folded || *folded == name) {
      return fail(Code::malformed, fmt::format("a member's name is nearly {}", name));
    }
  }
  return found;
}

std::optional<bool> hint(const Value& annotations, std::string_view name) {
  const Value* value = annotations.find(name);
  if (value == nullptr || !value->is(Kind::boolean)) return std::nullopt;
  return value->boolean();
}

Annotations annotations_of(const Value& tool) {
  const Value* written = tool.find("annotations");
  if (written == nullptr || !written->is(Kind::object)) return {};
  return {.read_only = hint(*written, "readOnlyHint"),
          .destructive = hint(*written, "destructiveHint"),
          .idempotent = hint(*written, "idempotentHint"),
          .open_world = hint(*written, "openWorldHint")};
}

Result<void> read_tools(std::string_view text, const Value& tools, ToolList& list) {
  const std::vector<Span> spans = item_spans(text, list.begin);
  for (std::size_t i = 0; i < tools.items().size(); ++i) {
    const Value& tool = tools.items()[i];
    if (!tool.is(Kind::object)) return fail(Code::malformed, "a tool of the list is no object");
    const auto name = find_member(tool, "name");
    if (!name) return fail(name.error());
    if (!*name || !tool.members()[**name].value.is(Kind::string))
      return fail(Code::malformed, "a tool of the list has no name");
    list.tools.push_back(
        {tool.members()[**name].value.text(), annotations_of(tool), spans[i].begin, spans[i].end});
  }
  return {};
}

}  // namespace

Result<std::optional<ToolList>> read_tool_list(std::string_view text) {
  auto document = json::parse(text, {text.size(), kDepth});
  if (!document) return fail(document.error());
  if (!document->root().is(Kind::object)) return fail(Code::malformed, "the reply is no JSON-RPC message");
  const auto result = find_member(document->root(), "result");
  if (!result) return fail(result.error());
  if (!*result) return std::nullopt;
  const Value& value = document->root().members()[**result].value;
  if (!value.is(Kind::object)) return std::nullopt;
  const auto tools = find_member(value, "tools");
  if (!tools) return fail(tools.error());
  if (!*tools) return std::nullopt;
  const Value& items = value.members()[**tools].value;
  if (!items.is(Kind::array)) return fail(Code::malformed, "the list of tools is no list");

  ToolList list;
  const Span inner = member_span(text, member_span(text, {0, text.size()}, **result), **tools);
  list.begin = inner.begin + 1;
  list.end = inner.end - 1;
  if (auto read = read_tools(text, items, list); !read) return fail(read.error());
  list.document = std::move(*document);
  return std::optional<ToolList>(std::move(list));
}

std::string without_tools(std::string_view text, const ToolList& list,
                          const std::function<bool(std::string_view)>& hidden) {
  std::string kept;
  bool cut = false;
  for (const ListedTool& tool : list.tools) {
    if (hidden(tool.name)) {
      cut = true;
      continue;
    }
    kept.append(kept.empty() ? "" : ",").append(text.substr(tool.begin, tool.end - tool.begin));
  }
  if (!cut) return std::string(text);
  return std::string(text.substr(0, list.begin)).append(kept).append(text.substr(list.end));
}

}  // namespace holdfast::proxy::mcp
