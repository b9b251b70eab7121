// `tools:` of an upstream: listed by hand, or more said about one that its OpenAPI document has.
#include <fmt/format.h>

#include <algorithm>

#include "config/openapi.hpp"
#include "config/schema.hpp"
#include "config/sections.hpp"
#include "config/suggest.hpp"
#include "config/tool_checks.hpp"

namespace holdfast::config {
namespace {

Names names_in(const proxy::Tool& tool) {
  Names names;
  static_cast<void>(wrong_with_template(tool.path, names));
  return names;
}

void read_match(Section& section, proxy::Tool& tool) {
  const auto match = section.text("match");
  if (!section.has("match")) {
    section.context().error(section.at(), fmt::format("`{}` needs `match`", section.name()));
  }
  if (!match) return;
  const std::size_t space = match->find(' ');
  tool.method = match->substr(0, space);
  tool.path = space == std::string::npos ? "" : match->substr(space + 1);
  Names names;
  std::string wrong = is_method(tool.method) ? "" : "its method must be written in capitals, such as POST";
  if (wrong.empty()) wrong = wrong_with_template(tool.path, names);
  if (wrong.empty()) {
    for (const OddMatch& odd : odd_in_match(tool.method, tool.path))
      section.context().warning(section.place("match"),
                                fmt::format("`{}`: {}", section.name_of("match"), odd.message), odd.hint);
    return;
  }
  section.context().error(
      section.place("match"),
      fmt::format("`{}` must be a method and a path: {}", section.name_of("match"), wrong),
      "such as POST /v1/customers/{customer_id}/refunds");
}

std::string match_of(const proxy::Tool& tool) {
  return fmt::format("{} {}", tool.method, tool.path);
}

// The operation of the document that more is said about here: the one of this name, or one without a name
// that matches the same.
proxy::Tool* described(const Section& section, const std::string& name, proxy::Upstream& upstream) {
  const Node* match = section.peek("match");
  const auto is_meant = [&](const proxy::Tool& other) {
    if (!other.imported) return false;
    return other.name.empty() ? match != nullptr && match->text == match_of(other) : other.name == name;
  };
  // A name wins: its own `match` is held against it.
  for (const bool named : {true, false}) {
    for (proxy::Tool& tool : upstream.tools) {
      if (tool.name.empty() != named && is_meant(tool)) return &tool;
    }
  }
  return nullptr;
}

// The document says what it matches; that may be said again, but not otherwise.
void read_match_again(Section& section, const proxy::Tool& tool) {
  const auto match = section.text("match");
  const std::string known = match_of(tool);
  if (!match || *match == known) return;
  section.context().error(
      section.place("match"),
      fmt::format("`{}` is not what the OpenAPI document says of `{}`", section.name_of("match"), tool.name),
      fmt::format("leave it out, or write {}", known));
}

void set_argument(proxy::Tool& tool, const std::string& name, const std::string& from) {
  std::erase_if(tool.args, [&](const auto& arg) { return arg.first == name; });
  std::erase(tool.required_args, name);
  std::erase(tool.unclear_args, name);
  tool.args.emplace_back(name, from);
}

void read_args(Section& section, proxy::Tool& tool) {
  const Names names = names_in(tool);
  section.members("args", schema::text, [&](const Member& member) {
    Context& context = section.context();
    const auto from = context.scalar(member.value, section.name_of("args"));
    if (!from) return;
    const std::size_t dot = from->text.find('.');
    const std::string kind = from->text.substr(0, dot);
    const std::string rest = dot == std::string::npos ? "" : from->text.substr(dot + 1);
    const bool known = kind == "path" || kind == "query" || kind == "body";
    const bool good = known && !rest.empty() && (kind != "body" || is_dotted(rest));
    if (!good) {
      context.error(
          member.value.at,
          fmt::format("the argument `{}` must come from path.NAME, query.NAME or body.NAME", member.key));
    } else if (kind == "path" && !names.contains(rest)) {
      context.error(member.value.at,
                    fmt::format("the argument `{}` comes from `{}`, and the path of `match` has no "
                                "{{{}}}",
                                member.key, from->text, rest));
    }
    if (!is_word(member.key)) {
      context.error(member.at,
                    fmt::format("the argument `{}` must be letters, digits, `-` and `_`", member.key));
    }
    set_argument(tool, member.key, from->text);
  });
}

// What approvers read of its calls. What the fields mean is said with the policy's.
void read_shown(Section& section, proxy::Tool& tool) {
  constexpr std::size_t kLongestTemplate = 1024;
  tool.summary = section.text("summary").value_or(tool.summary);
  if (tool.summary.size() > kLongestTemplate) {
    section.context().error(
        section.place("summary"),
        fmt::format("`{}` is longer than {} bytes", section.name_of("summary"), kLongestTemplate));
  }
  if (section.has("summary")) tool.summary_at = section.place("summary");
  if (section.has("redact")) {
    tool.redact.clear();
    tool.redact_at = section.place("redact");
  }
  for (std::string& field : section.texts("redact"))
    tool.redact.push_back(std::move(field));
}

void read_kind(Section& section, proxy::Tool& tool) {
  tool.operation = section.text("operation", tool.operation);
  if (!is_word(tool.operation) || std::ssize(tool.operation) > kLongestTool) {
    section.context().error(section.place("operation"),
                            fmt::format("`{}` must be one word", section.name_of("operation")),
                            "such as FINANCIAL");
  }
  read_shown(section, tool);
  const std::vector<std::string> levels = {"low", "standard", "high"};
  tool.sensitivity = levels[section.choice("sensitivity", 1, levels)];
}

void refuse_http_keys(Section& section) {
  for (const char* key : {"match", "args", "body"}) {
    if (section.take(key, {.kind = Shape::Kind::text}) == nullptr) continue;
    section.context().error(section.place(key),
                            fmt::format("`{}` is for http upstreams; an MCP server says it "
                                        "itself",
                                        section.name_of(key)));
  }
}

// What only reading it by hand would find wrong: a name that was meant to be one of the document's.
void hint_at_imported(Section& section, const std::string& name, const proxy::Upstream& upstream) {
  std::vector<std::string> names;
  for (const proxy::Tool& tool : upstream.tools) {
    if (tool.imported) names.push_back(tool.name);
  }
  section.context().error(
      section.at(),
      fmt::format("`{}` needs `match`, as the OpenAPI document has no operation `{}`", section.name(), name),
      did_you_mean(name, names));
}

void read_http(Section& section, proxy::Tool& tool, bool refines, const proxy::Upstream& upstream) {
  const bool imports = std::any_of(upstream.tools.begin(), upstream.tools.end(),
                                   [](const proxy::Tool& other) { return other.imported; });
  if (refines) {
    read_match_again(section, tool);
  } else if (imports && !section.has("match") && !tool.name.empty()) {
    hint_at_imported(section, tool.name, upstream);
  } else {
    read_match(section, tool);
  }
  read_args(section, tool);
  tool.form_body = section.choice("body", tool.form_body ? 1 : 0, {"json", "form"}) == 1;
}

void read_tool(Section& section, proxy::Upstream& upstream, Names& refined) {
  const auto name = section.required_text("name");
  if (const std::string wrong = name ? wrong_with_name(*name, upstream) : ""; !wrong.empty())
    section.context().error(section.place("name"), fmt::format("`{}` {}", section.name_of("name"), wrong));
  proxy::Tool* imported = name ? described(section, *name, upstream) : nullptr;
  const bool refines = imported != nullptr;
  if (refines && !refined.insert(*name).second) {
    section.context().error(section.at(),
                            fmt::format("the tool `{}.{}` is listed twice", upstream.name, *name));
  }
  proxy::Tool tool;
  if (refines) tool = *imported;
  if (!refines) tool.at = section.at();
  tool.name = name.value_or("");
  if (upstream.protocol == Protocol::mcp) {
    refuse_http_keys(section);
  } else {
    read_http(section, tool, refines, upstream);
  }
  read_kind(section, tool);
  if (refines) {
    *imported = std::move(tool);
  } else {
    upstream.tools.push_back(std::move(tool));
  }
}

}  // namespace

void read_tools(Section& upstream, proxy::Upstream& into) {
  openapi::read_key(upstream, into);
  Names refined;
  upstream.each("tools", [&](Section& section) { read_tool(section, into, refined); });
  check_twice(upstream.context(), into);
  openapi::warn_of_nameless(upstream.context(), into);
}

}  // namespace holdfast::config
