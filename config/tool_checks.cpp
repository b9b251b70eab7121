#include "config/tool_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <unordered_map>
#include <vector>

#include "config/address.hpp"
#include "config/sections.hpp"
#include "config/suggest.hpp"

namespace holdfast::config {
namespace {

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(at);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

bool is_reserved(std::string_view name) {
  std::string head(name.substr(0, name.find('.')));
  std::transform(head.begin(), head.end(), head.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return head.size() < name.size() && (head == "http" || head == "mcp");
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

// What is left of it where case and a slash at the end do not count.
std::string careless(std::string shape) {
  std::transform(shape.begin(), shape.end(), shape.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  while (shape.ends_with('/'))
    shape.pop_back();
  return shape;
}

std::string first_at(const proxy::Tool& tool) {
  return fmt::format("the first is at {}:{}:{}", tool.at.file, tool.at.line, tool.at.column);
}

std::string shown(const proxy::Tool& tool) {
  return tool.name.empty() ? fmt::format("{} {}", tool.method, tool.path) : tool.name;
}

}  // namespace

bool is_word(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
  });
}

bool is_dotted(std::string_view text) {
  const auto parts = split(text, '.');
  return std::all_of(parts.begin(), parts.end(), is_word);
}

bool is_method(std::string_view method) {
  return !method.empty() && method != "CONNECT" && method != "TRACE" &&
         std::all_of(method.begin(), method.end(), [](char c) { return (c >= 'A' && c <= 'Z') || c == '-'; });
}

std::string wrong_with_name(const std::string& name, const proxy::Upstream& upstream) {
  if (is_reserved(name)) return "begins with `http.` or `mcp.`, which name what no tool matches";
  if (std::ssize(upstream.name) + 1 + std::ssize(name) > kLongestTool) {
    return fmt::format("is longer than {} bytes together with its upstream", kLongestTool);
  }
  const bool visible =
      std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < 0x7f && c != '*'; });
  if (upstream.protocol == Protocol::mcp)
    return visible ? "" : "may hold only visible ASCII characters without `*`";
  return is_dotted(name) ? "" : "must be words of letters, digits, `-` and `_`, with dots between them";
}

std::string wrong_with_template(std::string_view path, Names& names) {
  std::string literal;
  for (const std::string_view segment : split(path, '/')) {
    const bool braces = segment.find_first_of("{}") != std::string_view::npos;
    literal += literal.empty() && segment.empty() ? "" : "/";
    if (!braces) {
      literal += segment;
      continue;
    }
    const bool whole = segment.size() > 2 && segment.starts_with('{') && segment.ends_with('}') &&
                       segment.find_first_of("{}", 1) == segment.size() - 1;
    if (!whole) return "its {names} must fill a whole segment";
    const std::string_view name = segment.substr(1, segment.size() - 2);
    if (!is_word(name)) return fmt::format("the name in {} must be letters, digits, `-` and `_`", segment);
    if (!names.emplace(name).second) return fmt::format("{{{}}} stands in it twice", name);
    literal += "x";
  }
  const auto good = check_path(path.starts_with('/') ? (literal.empty() ? "/" : literal) : path);
  return good ? "" : good.error().detail;
}

std::vector<OddMatch> odd_in_match(std::string_view method, std::string_view path) {
  // Registered with IANA, and what caches and WebDAV servers are sent besides.
  static const std::vector<std::string> kMethods = {"ACL",
                                                    "BASELINE-CONTROL",
                                                    "BIND",
                                                    "CHECKIN",
                                                    "CHECKOUT",
                                                    "COPY",
                                                    "DELETE",
                                                    "GET",
                                                    "HEAD",
                                                    "LABEL",
                                                    "LINK",
                                                    "LOCK",
                                                    "MERGE",
                                                    "MKACTIVITY",
                                                    "MKCALENDAR",
                                                    "MKCOL",
                                                    "MKREDIRECTREF",
                                                    "MKWORKSPACE",
                                                    "MOVE",
                                                    "OPTIONS",
                                                    "ORDERPATCH",
                                                    "PATCH",
                                                    "POST",
                                                    "PRI",
                                                    "PROPFIND",
                                                    "PROPPATCH",
                                                    "PURGE",
                                                    "PUT",
                                                    "QUERY",
                                                    "REBIND",
                                                    "REPORT",
                                                    "SEARCH",
                                                    "UNBIND",
                                                    "UNCHECKOUT",
                                                    "UNLINK",
                                                    "UNLOCK",
                                                    "UPDATE",
                                                    "UPDATEREDIRECTREF",
                                                    "VERSION-CONTROL",
                                                    "BAN",
                                                    "NOTIFY",
                                                    "SUBSCRIBE",
                                                    "UNSUBSCRIBE"};
  std::vector<OddMatch> odd;
  if (std::find(kMethods.begin(), kMethods.end(), method) == kMethods.end()) {
    odd.push_back({fmt::format("`{}` is no method of HTTP", method),
                   did_you_mean(method, {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})});
  }
  for (const std::string_view segment : split(path, '/')) {
    const bool named = segment.size() > 1 && segment.starts_with(':') && is_word(segment.substr(1));
    if (!named && segment != "*" && segment != "**") continue;
    odd.push_back({fmt::format("the segment `{}` is matched literally, as any other text", segment),
                   named ? fmt::format("write {{{}}} for a segment with any value", segment.substr(1))
                         : std::string("write {name} for a segment with any value")});
  }
  return odd;
}

void check_twice(Context& context, const proxy::Upstream& upstream) {
  std::unordered_map<std::string, const proxy::Tool*> names;
  std::unordered_map<std::string, const proxy::Tool*> shapes;
  std::unordered_map<std::string, const proxy::Tool*> careless_shapes;
  for (const proxy::Tool& tool : upstream.tools) {
    const auto [named, new_name] = names.emplace(tool.name, &tool);
    const auto [shaped, new_shape] = shapes.emplace(shape(tool), &tool);
    if (!new_name && !tool.name.empty()) {
      context.error(tool.at, fmt::format("the tool `{}.{}` is listed twice", upstream.name, tool.name),
                    first_at(*named->second));
    } else if (!new_shape && !tool.path.empty()) {
      context.error(
          tool.at,
          fmt::format("the tools `{}` and `{}` match the same requests", shown(*shaped->second), shown(tool)),
          first_at(*shaped->second));
    }
    const auto [alike, other] = careless_shapes.emplace(careless(shape(tool)), &tool);
    if (other || !new_shape || tool.path.empty()) continue;
    context.warning(
        tool.at,
        fmt::format("`{}` and `{}` differ only in case or in a slash at the end of their paths",
                    shown(*alike->second), shown(tool)),
        "calls of either are refused, as a server that does not tell them apart runs one for the other: "
        "list one of them, with `routes: loose`");
  }
}

}  // namespace holdfast::config
