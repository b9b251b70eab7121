// Calls of `protocol: http`: the tool is found by method and path, the arguments are the JSON or form body
// unless the tool maps them.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>

#include "policy/field.hpp"
#include "policy/resolve.hpp"
#include "proxy/override_name.hpp"
#include "proxy/override_search.hpp"
#include "proxy/recognise_parts.hpp"

namespace holdfast::proxy {
namespace {

tl::unexpected<Refused> refuse(int status, Ending ending, std::string detail) {
  return tl::unexpected<Refused>(Refused{ending, status, -32600, std::move(detail)});
}

constexpr const char* kEncoded = "send the body without Content-Encoding: it has to be read to be judged";
constexpr std::string_view kForm = "application/x-www-form-urlencoded";

bool is_json(std::string_view type) {
  constexpr std::string_view kSuffix = "+json";  // RFC 6839 §3.1
  return net::same_name(type, "application/json") ||
         (type.size() >= kSuffix.size() &&
          net::same_name(type.substr(type.size() - kSuffix.size()), kSuffix));
}

RecogniseResult read_json(std::string_view body, Recognised& out) {
  const Limits& limits = out.snapshot->options.limits;
  auto document = json::parse_in_place(body, {limits.body, limits.depth});
  if (!document) return refuse(400, Ending::malformed, "the body: " + document.error().detail);
  for (const json::Member& member : document->root().members()) {
    if (!out.upstream->keep_method_in_body && overrides_method(member.name))
      return refuse(400, Ending::malformed, kMethodOverride);
  }
  out.document.emplace(std::move(*document));
  out.call.body = &out.document->root();
  out.call.body_state = Readable::whole;
  return {};
}

RecogniseResult read_form(std::string_view body, Recognised& out) {
  auto form = parse_parameters(body);
  if (!form) return refuse(400, Ending::malformed, "the form body: " + form.error().detail);
  for (const auto& [name, value] : *form) {
    if (!out.upstream->keep_method_in_body && overrides_method(name))
      return refuse(400, Ending::malformed, kMethodOverride);
  }
  out.form = std::move(*form);
  return {};
}

// Read whole as JSON, and nobody takes it for something else: nothing is left to search in it.
bool is_json_alone(const Recognised& out) {
  return out.document && net::same_name(out.content_type, "application/json");
}

// The body is searched as it would be when it streams: when it is read as nothing else, and because somebody
// may read it as something else. Some separate a form by `;`, too; some look for `urlencoded` anywhere.
RecogniseResult search(std::string_view body, const Recognised& out) {
  if (out.upstream->keep_method_in_body) return {};
  OverrideSearch override_search(out.content_type);
  if (out.document && override_search.only_json()) return {};
  if (override_search.finds(body)) return refuse(400, Ending::malformed, OverrideSearch::kFound);
  return {};
}

// A form becomes an object of strings. A name that stands twice has two readings, so the form has none.
void form_as_body(Recognised& out) {
  out.form_members.clear();
  std::set<std::string_view> names;  // no hashes: who sends the names could make them all alike
  for (const auto& [name, value] : out.form) {
    if (!names.insert(name).second) return;
    out.form_members.push_back({name, json::Value::make_string(value)});
  }
  out.body_value = json::Value::make_object(out.form_members);
  out.call.body = &out.body_value;
  out.call.body_state = Readable::whole;
}

// One mapped argument, `path.X`, `query.X` or `body.a.b`, read as a rule about its source would read it.
policy::Found mapped(const Recognised& out, std::string_view source) {
  const auto field = policy::parse_field(source);
  return field ? policy::resolve(*field, out.call, RiskLevel::critical) : policy::Found{};
}

bool is_same_member(const std::string& argument, std::string_view source) {
  constexpr std::string_view kBody = "body.";
  return source.size() == kBody.size() + argument.size() && source.starts_with(kBody) &&
         source.ends_with(argument);
}

// What an OpenAPI document says nothing of may stand in a body all the same, and its server may read it: so
// each member is an argument. One that is called as an argument from elsewhere has two readings.
void add_members(const Tool& tool, Recognised& out) {
  if (out.call.body == nullptr) return;
  std::set<std::string_view> taken;
  for (const auto& [name, source] : tool.args) {
    if (!is_same_member(name, source)) taken.insert(name);
  }
  for (const json::Member& member : out.call.body->members()) {
    if (taken.contains(member.name)) {
      out.contested.push_back(member.name);
    } else {
      out.arg_members.push_back(member);
    }
  }
}

// Whether the arguments can be told: not when some are in a body that could not be read, or is no object.
bool is_body_in_the_way(const Tool& tool, const Call& call) {
  const bool from_body =
      tool.imported || std::any_of(tool.args.begin(), tool.args.end(),
                                   [](const auto& arg) { return arg.second.starts_with("body."); });
  if (from_body && call.body_state == Readable::unreadable) return true;
  return tool.imported && call.body != nullptr && !call.body->is(json::Kind::object);
}

// Fills args: from the tool's mapping, else the body object.
void fill_args(Recognised& out) {
  Call& call = out.call;
  const Tool* tool = out.match.tool;
  if (tool == nullptr || tool->args.empty()) {
    call.args_state = call.body_state;
    call.args = call.body;
    // A body that is no object has no arguments to reason about.
    if (call.args != nullptr && !call.args->is(json::Kind::object)) call.args_state = Readable::unreadable;
    return;
  }
  if (is_body_in_the_way(*tool, call)) {
    call.args_state = Readable::unreadable;
    return;
  }
  out.arg_members.clear();
  for (const auto& [name, source] : tool->args) {
    if (tool->imported && is_same_member(name, source)) continue;
    const policy::Found found = mapped(out, source);
    if (found.state == policy::Found::State::present) out.arg_members.push_back({name, found.value});
    // What the source does not tell for certain, and what is no value of its own (a length), the argument
    // does not tell either (law 3).
    const bool absent = found.state == policy::Found::State::missing;
    if (found.state != policy::Found::State::present && !absent) out.contested.push_back(name);
  }
  if (tool->imported) add_members(*tool, out);
  call.contested_args = out.contested;
  out.args_value = json::Value::make_object(out.arg_members);
  call.args = &out.args_value;
  call.args_state = Readable::whole;
}

// Arguments that the query may say in another way than the mapping.
void contest_args(Recognised& out) {
  const Tool* tool = out.match.tool;
  const auto query_source = [&](std::string_view argument) -> std::string_view {
    if (tool == nullptr) return {};
    for (const auto& [name, source] : tool->args) {
      if (name == argument && source.starts_with("query.")) return std::string_view(source).substr(6);
    }
    return {};
  };
  for (const Field& field : out.query_fields) {
    if (query_source(field.name) != field.name) out.contested.push_back(field.name);
  }
  if (tool != nullptr)
    out.contested.insert(out.contested.end(), tool->unclear_args.begin(), tool->unclear_args.end());
  out.call.contested_args = out.contested;
}

}  // namespace

RecogniseResult recognise_http_head(const net::RequestHead& head, Recognised& out) {
  auto match = find_tool(*out.upstream, head.method, out.call.path);
  if (!match) return refuse(400, Ending::malformed, match.error().detail);
  out.match = std::move(*match);
  out.is_call = true;
  if (out.match.tool != nullptr) {
    out.tool_name.append(out.upstream->name).append(1, '.').append(out.match.tool->name);
    out.call.operation = out.match.tool->operation;
    out.call.sensitivity = out.match.tool->sensitivity;
  } else {
    out.tool_name = fmt::format("{}.http.{}", out.upstream->name, net::to_lower(head.method));
  }
  out.call.tool = out.tool_name;
  out.path_values.reserve(out.match.parameters.size());
  for (const auto& [name, segment] : out.match.parameters) {
    auto value = percent_decode(segment, false);
    if (!value) return refuse(400, Ending::malformed, value.error().detail);
    out.path_values.push_back(std::move(*value));
    out.path_fields.push_back({name, out.path_values.back()});
  }
  out.call.path_parameters = out.path_fields;
  contest_args(out);
  out.needs_body = out.snapshot->policy->needs(out.call.tool).body;
  if (!out.needs_body) fill_args(out);
  return {};
}

RecogniseResult recognise_http_body(const net::RequestHead& head, std::string_view body, Recognised& out) {
  Call& call = out.call;
  if (head.framing == net::Framing::none || body.empty()) {
    fill_args(out);
    return {};
  }
  if (is_encoded(head)) return refuse(415, Ending::malformed, kEncoded);
  const bool wants_form = out.match.tool != nullptr && out.match.tool->form_body;
  const MediaType media = media_type(out.content_type);
  call.body = nullptr;
  call.body_state = Readable::unreadable;
  RecogniseResult read;
  if (net::same_name(media.type, kForm)) {
    read = read_form(body, out);
    if (read && wants_form && media.utf8) form_as_body(out);
  } else if (!wants_form && media.utf8 && is_json(media.type)) {
    read = read_json(body, out);
  }
  if (read && !is_json_alone(out)) read = search(body, out);
  if (!read) return read;
  fill_args(out);
  return {};
}

RecogniseResult plan_override_search(const net::RequestHead& head, Recognised& out) {
  if (head.framing == net::Framing::none) return {};
  if (out.upstream->protocol != Protocol::http || out.upstream->keep_method_in_body) return {};
  if (is_json_alone(out)) return {};
  if (!OverrideSearch(out.content_type).needed()) return {};
  const MediaType media = media_type(out.content_type);
  if (!media.ascii)
    return refuse(415, Ending::malformed, "send the body in UTF-8: the names in it are looked at");
  if (out.needs_body) return {};
  if (is_encoded(head)) return refuse(415, Ending::malformed, kEncoded);
  // What is small is refused before anything is sent, the rest is cut; a form is read whole whatever its
  // size.
  const bool small =
      head.framing == net::Framing::length && head.content_length <= out.snapshot->options.limits.body;
  out.needs_body = small || net::same_name(media.type, kForm);
  out.search_body = !out.needs_body;
  return {};
}

}  // namespace holdfast::proxy
