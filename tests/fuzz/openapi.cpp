// OpenAPI documents: the same tools come of a document and of its tree written out as JSON. Every tool is one
// that could have been listed by hand, and a request made from its template is that tool's, a more concrete
// one's, or refused. Input: a document.
#include "config/openapi.hpp"

#include <algorithm>

#include "config/openapi_document.hpp"
#include "config/tool_checks.hpp"
#include "core/json_text.hpp"
#include "proxy/route.hpp"
#include "tests/fuzz/claim.hpp"
#include "tests/fuzz/house.hpp"

namespace holdfast::fuzz {
namespace {

using config::Node;

// A plain scalar that is a literal or number of JSON stands as it is, the others as text.
void write_scalar(const Node& node, std::string& out) {
  const auto spelt = [&](std::initializer_list<std::string_view> words) {
    return node.plain && std::find(words.begin(), words.end(), node.text) != words.end();
  };
  if (spelt({"true", "True", "TRUE"})) {
    out += "true";
  } else if (spelt({"false", "False", "FALSE"})) {
    out += "false";
  } else if (spelt({"null", "~", "Null", "NULL"})) {
    out += "null";
  } else {
    out += json::quoted(node.text);
  }
}

void write(const Node& node, std::string& out) {
  switch (node.kind) {
    case Node::Kind::empty:
      out += "null";
      break;
    case Node::Kind::scalar:
      write_scalar(node, out);
      break;
    case Node::Kind::list:
      for (const Node& item : node.items) {
        out += &item == node.items.data() ? "[" : ",\n";
        write(item, out);
      }
      out += node.items.empty() ? "[]" : "]";
      break;
    case Node::Kind::map:
      for (const config::Member& member : node.members) {
        out += &member == node.members.data() ? "{" : ",";
        out += json::quoted(member.key) + ": ";
        write(member.value, out);
      }
      out += node.members.empty() ? "{}" : "}";
      break;
  }
}

std::string summary(const std::vector<proxy::Tool>& tools) {
  std::string out;
  for (const proxy::Tool& tool : tools) {
    out += fmt::format("{} {} {} {}", tool.name, tool.method, tool.path, tool.form_body);
    for (const auto& [name, source] : tool.args)
      out += fmt::format(" {}={}", name, source);
    for (const auto* names : {&tool.required_args, &tool.unclear_args}) {
      out += " |";
      for (const std::string& name : *names)
        out += " " + name;
    }
    out += "\n";
  }
  return out;
}

void check_source(const std::string& name, const std::string& source, const config::Names& names) {
  const std::string kind = source.substr(0, source.find('.'));
  const std::string rest = source.substr(std::min(kind.size() + 1, source.size()));
  claim(config::is_word(name) && config::is_word(rest), "an argument that a rule can name", name, source);
  claim(kind == "path" || kind == "query" || kind == "body", "an argument with a source", source);
  claim(kind != "path" || names.contains(rest), "an argument that its path has", source);
}

void check_tool(const proxy::Tool& tool, const proxy::Upstream& upstream) {
  config::Names names;
  claim(tool.name.empty() || config::wrong_with_name(tool.name, upstream).empty(), "a name of a tool",
        tool.name);
  claim(config::is_method(tool.method), "a method", tool.method);
  claim(config::wrong_with_template(tool.path, names).empty(), "a path that can be matched", tool.path);
  std::set<std::string> args;
  for (const auto& [name, source] : tool.args) {
    check_source(name, source, names);
    claim(args.insert(name).second, "one source of each argument", name);
  }
  for (const std::string& name : tool.required_args)
    claim(args.contains(name), "what is required is an argument", name);
  for (const std::string& name : tool.unclear_args)
    claim(!args.contains(name), "what is unclear is no argument", name);
}

// `{x}` filled with what no template has.
std::string filled(const std::string& path) {
  std::string out;
  for (std::size_t at = 0; at < path.size(); ++at) {
    if (path[at] != '{') {
      out += path[at];
      continue;
    }
    out += "0-filled-0";
    at = path.find('}', at);
  }
  return out;
}

void check_routes(const proxy::Upstream& upstream) {
  for (const proxy::Tool& tool : upstream.tools) {
    const auto match = proxy::find_tool(upstream, tool.method, filled(tool.path));
    if (!match) continue;
    const std::string found = match->tool == nullptr ? "" : match->tool->name;
    claim_equal(found, tool.name, "a request of an operation is that operation's");
  }
}

}  // namespace
}  // namespace holdfast::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast;
  const std::string text(fuzz::text_of(data, size));
  proxy::Upstream upstream = fuzz::shop();
  upstream.base_path.clear();
  Problems problems;
  upstream.tools = config::openapi::import(text, "fuzz.yaml", upstream, &problems);
  Problems ignored;
  const auto document = config::openapi::Document::read(text, "fuzz.yaml", &ignored);
  fuzz::claim(document || (has_error(problems) && upstream.tools.empty()),
              "nothing comes of what cannot be read", text);
  if (!document) return 0;
  for (const proxy::Tool& tool : upstream.tools)
    fuzz::check_tool(tool, upstream);

  std::string written;
  fuzz::write(document->root(), written);
  Problems again;
  const auto same = config::openapi::import(written, "fuzz.json", upstream, &again);
  fuzz::claim_equal(fuzz::summary(same), fuzz::summary(upstream.tools), "the same tools in JSON");
  fuzz::claim(has_error(problems) == has_error(again), "as wrong in JSON", text, written);

  config::Context context;
  config::check_twice(context, upstream);
  if (!has_error(problems) && context.problems.empty()) fuzz::check_routes(upstream);
  return 0;
}
