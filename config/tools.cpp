#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>

#include "config/address.hpp"
#include "config/sections.hpp"

namespace holdfast::config {
namespace {

bool word(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
  });
}

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(at);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

bool dotted(std::string_view name) {
  const auto parts = split(name, '.');
  return std::all_of(parts.begin(), parts.end(), word);
}

bool is_reserved(std::string_view name) {
  std::string head(name.substr(0, name.find('.')));
  std::transform(head.begin(), head.end(), head.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return head.size() < name.size() && (head == "http" || head == "mcp");
}

// What is wrong with the name, or nothing. An MCP server names its tools as it likes.
std::string wrong_with_name(const std::string& name, const proxy::Upstream& upstream) {
  if (is_reserved(name)) return "begins with `http.` or `mcp.`, which name what no tool matches";
  if (std::ssize(upstream.name) + 1 + std::ssize(name) > kLongestTool) {
    return fmt::format("is longer than {} bytes together with its upstream", kLongestTool);
  }
  const bool visible =
      std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < 0x7f && c != '*'; });
  if (upstream.protocol == Protocol::mcp)
    return visible ? "" : "may hold only visible ASCII characters without `*`";
  return dotted(name) ? "" : "must be words of letters, digits, `-` and `_`, with dots between them";
}

bool is_method(std::string_view method) {
  return !method.empty() && method != "CONNECT" && method != "TRACE" &&
         std::all_of(method.begin(), method.end(), [](char c) { return (c >= 'A' && c <= 'Z') || c == '-'; });
}

// Checks `/v1/customers/{id}` and gathers its names. Says what is wrong, or nothing.
std::string wrong_with_template(std::string_view path, std::set<std::string, std::less<>>& names) {
  std::string literal;
  for (const std::string_view segment : split(path, '/')) {
    const bool braces = segment.find_first_of("{}") != std::string_view::npos;
    literal += literal.empty() && segment.empty() ? "" : "/";
    if (!braces) {
      literal += segment;
      continue;
    }
    const bool whole = segment.size() > 2 && segment.starts_with('{') && segment.ends_with('}');
    const std::string_view name = whole ? segment.substr(1, segment.size() - 2) : std::string_view();
    if (!word(name)) return "its {names} must fill a whole segment";
    if (!names.emplace(name).second) return fmt::format("{{{}}} stands in it twice", name);
    literal += "x";
  }
  const auto good = check_path(path.starts_with('/') ? (literal.empty() ? "/" : literal) : path);
  return good ? "" : good.error().detail;
}

void read_match(Section& section, proxy::Tool& tool, std::set<std::string, std::less<>>& names) {
  const auto match = section.required_text("match");
  if (!match) return;
  const std::size_t space = match->find(' ');
  tool.method = match->substr(0, space);
  tool.path = space == std::string::npos ? "" : match->substr(space + 1);
  std::string wrong = is_method(tool.method) ? "" : "its method must be written in capitals, such as POST";
  if (wrong.empty()) wrong = wrong_with_template(tool.path, names);
  if (wrong.empty()) return;
  section.context().error(
      section.place("match"),
      fmt::format("`{}` must be a method and a path: {}", section.name_of("match"), wrong),
      "such as POST /v1/customers/{customer_id}/refunds");
}

void read_args(Section& section, proxy::Tool& tool, const std::set<std::string, std::less<>>& names) {
  section.members("args", [&](const Member& member) {
    Context& context = section.context();
    const auto from = context.scalar(member.value, section.name_of("args"));
    if (!from) return;
    const std::size_t dot = from->text.find('.');
    const std::string kind = from->text.substr(0, dot);
    const std::string rest = dot == std::string::npos ? "" : from->text.substr(dot + 1);
    const bool known = kind == "path" || kind == "query" || kind == "body";
    const bool good = known && !rest.empty() && (kind != "body" || dotted(rest));
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
    if (!word(member.key)) {
      context.error(member.at,
                    fmt::format("the argument `{}` must be letters, digits, `-` and `_`", member.key));
    }
    tool.args.emplace_back(member.key, from->text);
  });
}

void read_tool(Section& section, proxy::Upstream& upstream) {
  proxy::Tool tool;
  tool.at = section.at();
  if (const auto name = section.required_text("name")) {
    tool.name = *name;
    if (const std::string wrong = wrong_with_name(*name, upstream); !wrong.empty()) {
      section.context().error(section.place("name"), fmt::format("`{}` {}", section.name_of("name"), wrong));
    }
  }
  if (upstream.protocol == Protocol::http) {
    std::set<std::string, std::less<>> names;
    read_match(section, tool, names);
    read_args(section, tool, names);
    tool.form_body = section.choice("body", 0, {"json", "form"}) == 1;
  } else {
    for (const char* key : {"match", "args", "body"}) {
      if (section.take(key) != nullptr) {
        section.context().error(section.place(key),
                                fmt::format("`{}` is for http upstreams; an MCP server says it "
                                            "itself",
                                            section.name_of(key)));
      }
    }
  }
  tool.operation = section.text("operation").value_or(tool.operation);
  if (!word(tool.operation) || std::ssize(tool.operation) > kLongestTool) {
    section.context().error(section.place("operation"),
                            fmt::format("`{}` must be one word", section.name_of("operation")),
                            "such as FINANCIAL");
  }
  const std::vector<std::string> levels = {"low", "standard", "high"};
  tool.sensitivity = levels[section.choice("sensitivity", 1, levels)];
  upstream.tools.push_back(std::move(tool));
}

// `POST /a/{}`: two tools of the same shape could not be told apart.
std::string shape(const proxy::Tool& tool) {
  std::string out = tool.method + " ";
  bool inside = false;
  for (const char c : tool.path) {
    if (c == '}') inside = false;
    if (!inside) out += c;
    if (c == '{') inside = true;
  }
  return out;
}

}  // namespace

void read_tools(Section& upstream, proxy::Upstream& into) {
  upstream.each("tools", [&](Section& section) { read_tool(section, into); });
  for (auto tool = into.tools.begin(); tool != into.tools.end(); ++tool) {
    for (auto other = into.tools.begin(); other != tool; ++other) {
      Context& context = upstream.context();
      if (!tool->name.empty() && tool->name == other->name) {
        context.error(
            tool->at, fmt::format("the tool `{}.{}` is listed twice", into.name, tool->name),
            fmt::format("the first is at {}:{}:{}", other->at.file, other->at.line, other->at.column));
      } else if (!tool->path.empty() && shape(*tool) == shape(*other)) {
        context.error(
            tool->at, fmt::format("the tools `{}` and `{}` match the same requests", other->name, tool->name),
            fmt::format("the first is at {}:{}:{}", other->at.file, other->at.line, other->at.column));
      }
    }
  }
}

}  // namespace holdfast::config
