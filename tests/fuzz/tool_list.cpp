// Answers to `tools/list`: what is left when tools are cut out is the same document without them, byte for
// byte but for those; and what names a tool by a reading that folds names is cut or refused. Input: a
// JSON-RPC response; tools whose name begins with `h` are hidden.
#include "proxy/mcp/tool_list.hpp"

#include <algorithm>

#include "tests/fuzz/claim.hpp"

namespace holdfast::fuzz {
namespace {

using json::Kind;
using json::Value;

bool hidden(std::string_view name) {
  return name.starts_with('h');
}

// The document's text without the hidden tools, composed anew.
void write(std::string& out, const Value& value, int depth);

void write_tools(std::string& out, const Value& tools) {
  out += '[';
  for (const Value& tool : tools.items()) {
    if (hidden(tool.find("name")->text())) continue;
    if (out.back() != '[') out += ',';
    out += json::to_text(tool);
  }
  out += ']';
}

void write(std::string& out, const Value& value, int depth) {
  if (depth == 2 || !value.is(Kind::object)) {
    out += json::to_text(value);
    return;
  }
  out += '{';
  for (const json::Member& member : value.members()) {
    if (out.back() != '{') out += ',';
    out += json::to_text(Value::make_string(member.name)) + ":";
    if (depth == 1 && member.name == "tools") {
      write_tools(out, member.value);
    } else if (depth == 0 && member.name == "result") {
      write(out, member.value, 1);
    } else {
      out += json::to_text(member.value);
    }
  }
  out += '}';
}

}  // namespace
}  // namespace holdfast::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast;
  const std::string_view text = fuzz::text_of(data, size);
  const auto list = proxy::mcp::read_tool_list(text);
  if (!list || !*list) return 0;
  const std::string kept = proxy::mcp::without_tools(text, **list, fuzz::hidden);
  const json::Limits limits{.bytes = std::size_t{64} << 20U, .depth = 512};
  const auto before = json::parse(text, limits);
  const auto after = json::parse(kept, limits);
  fuzz::claim(before.has_value() && after.has_value(), "what is left is JSON", text, kept);
  std::string expected;
  fuzz::write(expected, before->root(), 0);
  fuzz::claim_equal(json::to_text(after->root()), expected,
                    "what is left is the document without the hidden tools");
  fuzz::claim(!kept.empty() && kept.size() <= text.size(), "nothing is added", text, kept);
  const auto again = proxy::mcp::read_tool_list(kept);
  fuzz::claim(again && *again, "what is left is a list", text, kept);
  fuzz::claim_equal(proxy::mcp::without_tools(kept, **again, fuzz::hidden), kept,
                    "there is nothing more to cut");
  fuzz::claim(std::all_of((*again)->tools.begin(), (*again)->tools.end(),
                          [](const auto& tool) { return !fuzz::hidden(tool.name); }),
              "no hidden tool is left", text, kept);
  return 0;
}
