#include "proxy/redact.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "core/json_text.hpp"
#include "policy/operators.hpp"

namespace holdfast::proxy {
namespace {

using json::Kind;
using json::Value;
using policy::FieldPath;
using policy::Step;

constexpr std::string_view kRedacted = "\"[redacted]\"";

// A field on the way to its value: the step that is to be taken next.
struct Way {
  const FieldPath* field;
  std::size_t step;

  [[nodiscard]] bool ends() const { return step == field->steps.size(); }
  [[nodiscard]] const Step& next() const { return field->steps[step]; }
  [[nodiscard]] Way further() const { return {field, step + 1}; }
};
using Ways = std::vector<Way>;

// Whether the field is a part of what this names in one text: `user[password]`, `user.password`.
bool has_within(std::string_view name, const Way& way) {
  for (std::size_t mark = 0; (mark = name.find_first_of("[.", mark)) != std::string_view::npos; ++mark) {
    if (way.next().name.may_be_parameter(name.substr(mark + 1))) return true;
  }
  return false;
}

void append(std::string& out, const Value& value, const Ways& ways);

// A name that only resembles the one meant is read as it by some servers, and a prototype's members as those
// of the object.
void append_object(std::string& out, const Value& object, const Ways& ways) {
  out += '{';
  for (const json::Member& member : object.members()) {
    if (out.back() != '{') out += ',';
    json::append_string(out, member.name);
    out += ':';
    Ways inner;
    bool hidden = false;
    for (const Way& way : ways) {
      if (way.next().name.may_be_parameter(member.name)) inner.push_back(way.further());
      if (member.name == policy::kPrototype) inner.push_back(way);
      hidden = hidden || has_within(member.name, way);
    }
    if (hidden) {
      out += kRedacted;
    } else {
      append(out, member.value, inner);
    }
  }
  out += '}';
}

void append_array(std::string& out, const Value& array, const Ways& ways) {
  Ways inner;
  for (const Way& way : ways)
    inner.push_back(way.further());
  out += '[';
  for (const Value& item : array.items()) {
    if (out.back() != '[') out += ',';
    append(out, item, inner);
  }
  out += ']';
}

void append(std::string& out, const Value& value, const Ways& ways) {
  const bool each = value.is(Kind::array);
  // Something else stands where the value should be further inside: a text may be JSON to the tool.
  const bool shut = std::any_of(ways.begin(), ways.end(), [&](const Way& way) {
    if (way.ends()) return true;
    return each != (way.next().kind == Step::Kind::each) || !(each || value.is(Kind::object));
  });
  if (ways.empty() || (value.is(Kind::null) && !ways.empty())) {
    out += json::to_text(value);
  } else if (shut) {
    out += kRedacted;
  } else if (each) {
    append_array(out, value, ways);
  } else {
    append_object(out, value, ways);
  }
}

std::vector<FieldPath> fields_of(const Tool& tool) {
  std::vector<FieldPath> fields;
  for (const std::string& written : tool.redact) {
    if (auto field = parse_redacted(written)) fields.push_back(std::move(*field));
  }
  return fields;
}

// Whether a `;` in the form may begin such a field, for who separates by it: then what has one is hidden
// whole. Not of what a tool maps: it is unknown, and no argument.
bool is_cut_by_semicolons(const Call& call, const std::vector<FieldPath>& fields) {
  if (!call.form) return false;
  return std::any_of(call.unclear_form.begin(), call.unclear_form.end(), [&](std::string_view name) {
    return std::any_of(fields.begin(), fields.end(), [&](const FieldPath& field) {
      const Way way{&field, 0};
      return way.next().name.may_be_parameter(name) || has_within(name, way);
    });
  });
}

bool has_semicolon(const Value& value) {
  const auto items = value.items();
  return value.is(Kind::array) ? std::any_of(items.begin(), items.end(), has_semicolon)
                               : value.is(Kind::string) && value.text().find(';') != std::string_view::npos;
}

// Without path and query.
std::string address_of(const Upstream& upstream) {
  return std::string(upstream.tls ? "https://" : "http://")
      .append(upstream.authority)
      .append(upstream.base_path);
}

std::string with_query(std::string target, const Recognised& call) {
  return call.target.has_query ? std::move(target) + "?[redacted]" : std::move(target);
}

}  // namespace

Result<FieldPath> parse_redacted(std::string_view written) {
  auto field = policy::parse_field(written);
  if (!field) return fail(Code::malformed, fmt::format("names no field: {}", field.error().message));
  if (field->source != policy::Source::args)
    return fail(Code::malformed, fmt::format("names `{}`, which is no argument: write args.NAME", written));
  return std::move(*field);
}

bool redacts(const Recognised& call) {
  if (call.match.tool != nullptr) return !call.match.tool->redact.empty();
  if (call.upstream == nullptr || call.upstream->protocol == Protocol::mcp) return false;
  return std::any_of(call.upstream->tools.begin(), call.upstream->tools.end(),
                     [](const Tool& tool) { return !tool.redact.empty(); });
}

bool may_tell(const FieldPath& field, const FieldPath& redacted) {
  if (policy::precedes_calls(field.source)) return false;
  // The argument may stand in body, path or query under another name.
  if (field.source != policy::Source::args) return true;
  const std::size_t both = std::min(field.steps.size(), redacted.steps.size());
  return std::equal(field.steps.begin(), field.steps.begin() + static_cast<std::ptrdiff_t>(both),
                    redacted.steps.begin(),
                    [](const Step& a, const Step& b) { return a.name.resembles(b.name.text()); });
}

bool may_tell(std::string_view field, const Tool& tool) {
  const auto parsed = policy::parse_field(field);
  return std::any_of(tool.redact.begin(), tool.redact.end(), [&](const std::string& written) {
    const auto redacted = parse_redacted(written);
    return !parsed || !redacted || may_tell(*parsed, *redacted);
  });
}

std::string redacted_args(const Tool* tool, const Call& call) {
  if (tool == nullptr || call.args_state != Readable::whole || call.args == nullptr) return "null";
  const std::vector<FieldPath> fields = fields_of(*tool);
  Ways ways;
  for (const FieldPath& field : fields)
    ways.push_back({&field, 0});
  std::string out;
  if (!is_cut_by_semicolons(call, fields)) {
    append(out, *call.args, ways);
    return out;
  }
  std::vector<json::Member> members(call.args->members().begin(), call.args->members().end());
  for (json::Member& member : members) {
    if (member.name.find(';') != std::string_view::npos || has_semicolon(member.value))
      member.value = Value::make_string("[redacted]");
  }
  append(out, Value::make_object(members), ways);
  return out;
}

std::string redacted_target(const Recognised& call) {
  if (call.upstream->protocol == Protocol::mcp) return call.target_uri;
  if (call.match.tool == nullptr) return with_query(address_of(*call.upstream) + "/[redacted]", call);
  const Tool& tool = *call.match.tool;
  const bool in_path = std::any_of(tool.args.begin(), tool.args.end(), [&](const auto& arg) {
    if (!arg.second.starts_with("path.")) return false;
    return std::any_of(tool.redact.begin(), tool.redact.end(), [&](const std::string& written) {
      const auto field = parse_redacted(written);
      return !field || field->steps.front().name.may_be_parameter(arg.first);
    });
  });
  std::string target = call.target_uri.substr(0, call.target_uri.find('?'));
  if (in_path) target = address_of(*call.upstream) + tool.path;
  return with_query(std::move(target), call);
}

}  // namespace holdfast::proxy
