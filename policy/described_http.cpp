// What a description tells of the HTTP request, and what follows from the tool it names.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "policy/described_parts.hpp"
#include "policy/host_name.hpp"

namespace holdfast::policy {
namespace {

using json::Kind;
using json::Value;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}
char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c;
}

std::string mapped(std::string_view text, char (*change)(char)) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), change);
  return out;
}

std::vector<std::string_view> segments(std::string_view path) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = path.find('/');
    parts.push_back(path.substr(0, end));
    if (end == std::string_view::npos) return parts;
    path.remove_prefix(end + 1);
  }
}

bool is_parameter(std::string_view segment) {
  return segment.starts_with('{') && segment.ends_with('}');
}
std::string_view name_of(std::string_view segment) {
  return segment.substr(1, segment.size() - 2);
}

// What the proxy refuses before it asks a rule: no such call would ever be judged.
bool is_plain_path(std::string_view path) {
  if (!path.starts_with('/')) return false;
  const auto parts = segments(path.substr(1));
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i] == "." || parts[i] == ".." || (parts[i].empty() && i + 1 < parts.size())) return false;
  }
  return std::all_of(path.begin(), path.end(), [](char c) {
    return c > ' ' && c < 0x7f && std::string_view("?#;\\").find(c) == std::string_view::npos;
  });
}

// Of a value that stands for itself in a path.
bool is_unreserved(std::string_view text) {
  return !text.empty() && text != "." && text != ".." && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("-._~").find(c) != std::string_view::npos;
  });
}

}  // namespace

Result<void> Description::read_http() {
  constexpr std::array<std::string_view, 5> kKnown = {"headers", "host", "method", "path", "query"};
  static const Value nothing = Value::make_object({});
  Untold& untold = parts_.call.untold;
  untold.method = untold.path = untold.host = untold.headers = untold.query = untold.path_parameters = true;
  const Value* written = written_.find("http");
  const Value& http = written == nullptr ? nothing : *written;
  if (auto good = only(http, "`http`", kKnown); !good) return good;
  complete_from_listing();
  Call& call = parts_.call;
  const auto method = text(http, "method");
  if (!method) return fail(method.error());
  if (!method->empty()) {
    if (!call.untold.method && *method != call.method) {
      return fail(Code::malformed, fmt::format("the tool `{}` has the method {}", call.tool, call.method));
    }
    if (*method != mapped(*method, upper))
      return fail(Code::malformed, "`http.method` is written in capitals");
    call.method = *method;
    call.untold.method = false;
  }
  const auto host = text(http, "host");
  if (!host) return fail(host.error());
  // Nobody tells the scheme: every port is one that may count.
  const HostName name = read_host(*host, {}, parts_.texts.emplace_back());
  call.host = name.host;
  call.host_alone = name.without_port;
  call.untold.host = host->empty();
  if (auto good = read_fields(http, "headers", true, parts_.headers, call.untold.headers); !good) return good;
  if (auto good = read_fields(http, "query", false, parts_.query, call.untold.query); !good) return good;
  call.headers = parts_.headers;
  call.query = parts_.query;
  if (auto good = read_path(http); !good) return good;
  call.path_parameters = parts_.path_parameters;
  return {};
}

// The method of a tool whose method is known.
void Description::complete_from_listing() {
  constexpr std::string_view kUnlisted = "http.";
  Call& call = parts_.call;
  if (upstream_ == nullptr) return;
  if (upstream_->protocol == Protocol::mcp) {
    call.method = "POST";
  } else if (listed_ != nullptr) {
    call.method = listed_->method;
  } else if (const std::string_view name =
                 call.tool.substr(std::min(call.tool.size(), upstream_->name.size() + 1));
             name.starts_with(kUnlisted)) {
    call.method = kept(mapped(name.substr(kUnlisted.size()), upper));
  }
  call.untold.method = call.method.empty();
}

Result<void> Description::read_path(const Value& http) {
  Call& call = parts_.call;
  const auto path = text(http, "path");
  if (!path) return fail(path.error());
  if (path->empty()) return read_path_parameters();
  if (!is_plain_path(*path)) {
    return fail(Code::malformed,
                "`http.path` is no path that would be judged: it begins with a slash, and holds no query, "
                "dot segments, "
                "empty segments, `;` or `\\`");
  }
  if (written_.find("path") != nullptr)
    return fail(Code::malformed, "`path` says again what `http.path` does: give one of them");
  call.path = *path;
  // A path with escapes has another spelling, of which a rule must be true as well.
  call.untold.path = path->find('%') != std::string_view::npos;
  call.untold.path_parameters = call.untold.path;
  if (listed_ == nullptr || listed_->path.empty() || call.untold.path) return {};
  const auto shape = segments(listed_->path), given = segments(*path);
  bool fits = shape.size() == given.size();
  for (std::size_t i = 0; fits && i < shape.size(); ++i) {
    fits = is_parameter(shape[i]) ? !given[i].empty() : shape[i] == given[i];
    if (fits && is_parameter(shape[i])) parts_.path_parameters.push_back({name_of(shape[i]), given[i]});
  }
  if (fits) return {};
  return fail(Code::malformed, fmt::format("`http.path` is not one of `{}`, which is {} {}", call.tool,
                                           listed_->method, listed_->path));
}

// `path: {customer_id: c-1}`: then the path is known too, unless a value has another spelling in it.
Result<void> Description::read_path_parameters() {
  Call& call = parts_.call;
  std::vector<Field>& given = parts_.path_parameters;
  if (auto good = read_fields(written_, "path", false, given, call.untold.path_parameters); !good)
    return good;
  if (listed_ == nullptr || listed_->path.empty()) {
    // Only a template has parameters.
    if (upstream_ != nullptr) call.untold.path_parameters = false;
    return {};
  }
  std::string path;
  bool plain = true;
  std::size_t named = 0;
  for (const std::string_view segment : segments(std::string_view(listed_->path).substr(1))) {
    path += '/';
    if (!is_parameter(segment)) {
      path += segment;
      continue;
    }
    const auto value = std::find_if(given.begin(), given.end(),
                                    [&](const Field& field) { return field.name == name_of(segment); });
    if (value == given.end() && !given.empty())
      return fail(Code::malformed, fmt::format("`path` lacks `{}`", name_of(segment)));
    if (value == given.end()) return {};  // none is told
    ++named;
    plain = plain && is_unreserved(value->value);
    path += value->value;
  }
  if (named < given.size())
    return fail(Code::malformed, fmt::format("`path` has a member that is not in {}", listed_->path));
  call.untold.path_parameters = false;
  if (!plain) return {};
  call.path = kept(std::move(path));
  call.untold.path = false;
  return {};
}

// `{name: text}`, or `{name: [text, text]}` of one that stands several times.
Result<void> Description::read_fields(const Value& from, std::string_view member, bool lower_names,
                                      std::vector<Field>& into, bool& untold) {
  const Value* fields = from.find(member);
  if (fields == nullptr) return {};
  untold = false;
  if (!fields->is(Kind::object))
    return fail(Code::malformed, fmt::format("`{}` must be an object of texts", member));
  for (const json::Member& field : fields->members()) {
    const std::string_view name = lower_names ? kept(mapped(field.name, lower)) : field.name;
    const std::span<const Value> values =
        field.value.is(Kind::array) ? field.value.items() : std::span(&field.value, 1);
    for (const Value& value : values) {
      if (!value.is(Kind::string) && !value.is(Kind::number))
        return fail(Code::malformed, fmt::format("`{}.{}` must be a text", member, field.name));
      into.push_back({name, value.text()});
    }
  }
  return {};
}

}  // namespace holdfast::policy
