#include "policy/arguments.hpp"

#include <algorithm>
#include <set>
#include <string>

#include "policy/contested.hpp"
#include "policy/field.hpp"
#include "policy/resolve.hpp"

namespace holdfast::policy {
namespace {

void contest(std::string_view argument, Arguments& out) {
  const bool known = std::find(out.contested.begin(), out.contested.end(), argument) != out.contested.end();
  if (!known) out.contested.push_back(argument);
}

// One mapped argument, `path.X`, `query.X` or `body.a.b`, read as a rule about its source would read it. What
// another place contests is shown with what its own says.
void add_mapped(std::string_view name, std::string_view source, const Call& call, Arguments& out) {
  const auto field = parse_field(source);
  const Found found = field ? look_up(*field, call, RiskLevel::critical) : Found{};
  if (found.state == Found::State::present) out.members.push_back({name, found.value});
  // What the source does not tell for certain, and what is no value of its own (a length), the argument does
  // not tell either (law 3).
  const bool clear = found.state == Found::State::present || found.state == Found::State::missing;
  if (!clear || is_contested(*field, call)) contest(name, out);
}

bool is_same_member(const std::string& argument, std::string_view source) {
  constexpr std::string_view kBody = "body.";
  return source.size() == kBody.size() + argument.size() && source.starts_with(kBody) &&
         source.ends_with(argument);
}

// What an OpenAPI document says nothing of may stand in a body all the same, and its server may read it: so
// each member is an argument. One that is called as an argument from elsewhere has two readings.
void add_members(const Tool& tool, const Call& call, Arguments& out) {
  if (call.body == nullptr) return;
  std::set<std::string_view> taken;
  for (const auto& [name, source] : tool.args) {
    if (!is_same_member(name, source)) taken.insert(name);
  }
  for (const json::Member& member : call.body->members()) {
    if (taken.contains(member.name)) {
      contest(member.name, out);
    } else {
      out.members.push_back(member);
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

// The name that a source begins with: `payee` of `body.payee.iban`.
std::string_view head_of(std::string_view source) {
  source.remove_prefix(source.find('.') + 1);
  return source.substr(0, source.find_first_of(".["));
}

// An argument may have another name than what it is taken from, and it is that one which servers look for in
// the query as well as in the body (Flask's `values`, PHP's `$_REQUEST`, Rails), or before they do in the
// path (Laravel).
void contest_sources_by_query(const Tool& tool, const Call& call, Arguments& out) {
  for (const auto& [name, source] : tool.args) {
    if (source.starts_with("query.")) continue;
    const Name head{std::string(head_of(source))};
    const bool there = std::any_of(call.query.begin(), call.query.end(), [&](const Field& field) {
      return field.name != name && head.may_be_parameter(field.name);
    });
    const bool unclear = std::any_of(call.unclear_query.begin(), call.unclear_query.end(),
                                     [&](std::string_view other) { return head.may_be_parameter(other); });
    if (there || unclear) out.contested.push_back(name);
  }
}

// Rails takes a path's parameter before the body's of the same name: which of them counts is known where they
// say the same.
void contest_by_path(const Tool& tool, const Call& call, Arguments& out) {
  for (const Field& parameter : call.path_parameters) {
    for (const auto& [name, source] : tool.args) {
      if (!source.starts_with("body.") || call.body == nullptr) continue;
      const std::string_view head = head_of(source);
      if (Name(std::string(head)).may_be_parameter(parameter.name) &&
          !says(call.body->find(head), parameter.value))
        contest(name, out);
    }
  }
}

// The same where the body is the arguments.
void contest_by_path(Call& call, Arguments& out) {
  if (call.body == nullptr) return;
  for (const Field& parameter : call.path_parameters) {
    const json::Value* member = call.body->find(parameter.name);
    if (member != nullptr && !says(member, parameter.value)) contest(parameter.name, out);
  }
  call.contested_args = out.contested;
}

}  // namespace

void contest_args(const Tool* tool, Call& call, Arguments& out) {
  const auto query_source = [&](std::string_view argument) -> std::string_view {
    if (tool == nullptr) return {};
    for (const auto& [name, source] : tool->args) {
      if (name == argument && source.starts_with("query.")) return std::string_view(source).substr(6);
    }
    return {};
  };
  for (const Field& field : call.query) {
    if (query_source(field.name) != field.name) out.contested.push_back(field.name);
  }
  out.contested.insert(out.contested.end(), call.unclear_query.begin(), call.unclear_query.end());
  if (tool != nullptr) {
    if (!call.query.empty()) contest_sources_by_query(*tool, call, out);
    out.contested.insert(out.contested.end(), tool->unclear_args.begin(), tool->unclear_args.end());
  }
  call.contested_args = out.contested;
}

void fill_args(const Tool* tool, Call& call, Arguments& out) {
  call.form = tool != nullptr && tool->form_body;
  if (tool == nullptr || tool->args.empty()) {
    call.args_state = call.body_state;
    call.args = call.body;
    // A body that is no object has no arguments to reason about.
    if (call.args != nullptr && !call.args->is(json::Kind::object)) call.args_state = Readable::unreadable;
    contest_by_path(call, out);
    return;
  }
  if (is_body_in_the_way(*tool, call)) {
    call.args_state = Readable::unreadable;
    return;
  }
  out.members.clear();
  for (const auto& [name, source] : tool->args) {
    if (tool->imported && is_same_member(name, source)) continue;
    add_mapped(name, source, call, out);
  }
  if (tool->imported) {
    add_members(*tool, call, out);
  } else {
    contest_by_path(*tool, call, out);
  }
  call.contested_args = out.contested;
  out.object = json::Value::make_object(out.members);
  call.args = &out.object;
  call.args_state = Readable::whole;
}

}  // namespace holdfast::policy
