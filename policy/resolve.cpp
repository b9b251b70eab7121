#include "policy/resolve.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "policy/contested.hpp"
#include "policy/header_name.hpp"
#include "policy/operators.hpp"

namespace holdfast::policy {
namespace {

using json::Kind;
using json::Value;
using State = Found::State;

constexpr Found kMissing{State::missing, {}};
constexpr Found kUnknown{State::unknown, {}};

Found certain(Value value) {
  return is_certain(value) ? Found{State::present, value} : kUnknown;
}
Found text(std::string_view value) {
  return certain(Value::make_string(value));
}
// Facts of HTTP that a call without HTTP does not have.
Found text_if(std::string_view value) {
  return value.empty() ? kMissing : text(value);
}

Found tier(int trust_tier) {
  static constexpr std::array<std::string_view, 5> kDigits = {"1", "2", "3", "4", "5"};
  const auto known = static_cast<std::size_t>(trust_tier < 1 || trust_tier > 5 ? 5 : trust_tier);
  return {State::present, Value::make_number(kDigits[known - 1])};
}

// Readers differ on which of two counts, and some of them take another name for the one asked for.
template <class MayBe>
Found only(std::span<const Field> fields, const Name& name, const MayBe& may_be) {
  const Field* found = nullptr;
  for (const Field& field : fields) {
    const bool same = name.is(field.name);
    if (!same && !may_be(field.name)) continue;
    if (!same || found != nullptr) return kUnknown;
    found = &field;
  }
  return found == nullptr ? kMissing : text(found->value);
}

Found header(const Call& call, const Name& name) {
  return only(call.headers, name,
              [&](std::string_view other) { return may_be_same_header(name.text(), other); });
}

bool may_be_one_of(std::span<const std::string_view> parameters, const Name& name) {
  return std::any_of(parameters.begin(), parameters.end(),
                     [&](std::string_view other) { return name.may_be_parameter(other); });
}

Found query_parameter(const Call& call, const Name& name) {
  if (may_be_one_of(call.unclear_query, name)) return kUnknown;
  return only(call.query, name, [&](std::string_view other) { return name.may_be_parameter(other); });
}

// The names are the configuration's, not the agent's.
Found path_parameter(const Call& call, const Name& name) {
  return only(call.path_parameters, name, [](std::string_view) { return false; });
}

Found label(const Agent& agent, const std::string& name) {
  for (const auto& [known, value] : agent.labels) {
    if (known == name) return text(value);
  }
  return kMissing;
}

// A member that only resembles the name is unknown, not missing: a reader that folds case takes it for the
// one the rule is about. So is one that is not there when a prototype is, which may have it.
Found member(const Value& object, const Name& name) {
  const Value* found = nullptr;
  for (const json::Member& candidate : object.members()) {
    if (name.is(candidate.name)) {
      found = &candidate.value;
    } else if (name.resembles(candidate.name)) {
      return kUnknown;
    }
  }
  if (found != nullptr) return {State::present, *found};
  return object.find(kPrototype) == nullptr ? kMissing : kUnknown;
}

Found document(const FieldPath& field, Readable state, const Value* root) {
  switch (state) {
    case Readable::absent:
      return kMissing;
    case Readable::unreadable:
      return kUnknown;
    case Readable::whole:
      return root == nullptr ? kUnknown : follow(field, 0, *root);
  }
  return kUnknown;
}

// Whether a form has the name in another spelling than what is read of it.
bool is_unclear(const FieldPath& field, const Call& call, const Value* form) {
  if (!call.form || field.steps.front().kind == Step::Kind::each) return false;
  const Name& name = field.steps.front().name;
  if (may_be_one_of(call.unclear_form, name)) return true;
  if (form == nullptr) return false;
  return std::any_of(form->members().begin(), form->members().end(), [&](const json::Member& member) {
    return !name.is(member.name) && name.may_be_parameter(member.name);
  });
}

Found argument(const FieldPath& field, const Call& call) {
  const bool contested = may_be_one_of(call.contested_args, field.steps.front().name);
  if (contested || is_unclear(field, call, call.args)) return kUnknown;
  return document(field, call.args_state, call.args);
}

Found in_body(const FieldPath& field, const Call& call) {
  return is_unclear(field, call, call.body) ? kUnknown : document(field, call.body_state, call.body);
}

Found hint(const Call& call, std::optional<bool> Annotations::* which) {
  if (call.untold.annotations) return kUnknown;
  if (call.annotations == nullptr || !(call.annotations->*which)) return kMissing;
  return {State::present, Value::make_boolean(*(call.annotations->*which))};
}

const Agent& agent_of(const Call& call) {
  static const Agent anonymous;
  return call.agent == nullptr ? anonymous : *call.agent;
}

}  // namespace

Found follow(const FieldPath& field, std::size_t first, const Value& from) {
  Found at{State::present, from};
  for (std::size_t i = first; i < field.steps.size(); ++i) {
    const Step& step = field.steps[i];
    if (step.kind == Step::Kind::each) return at.value.is(Kind::array) ? at : kUnknown;
    if (step.kind == Step::Kind::length && at.value.is(Kind::array)) return {State::count, at.value};
    // Something else stands where an object is expected: text may be JSON to the tool, so this is not
    // "missing".
    if (!at.value.is(Kind::object)) return kUnknown;
    at = member(at.value, step.name);
    if (at.state != State::present) return at;
  }
  return certain(at.value);
}

bool is_contested(const FieldPath& field, const Call& call) {
  const auto contested = [&](Place place, const Name& name, const Found& found) {
    return is_contested(call, place, name, found.state == State::present ? &found.value : nullptr);
  };
  if (field.source == Source::query)
    return contested(Place::query, field.name, query_parameter(call, field.name));
  if (field.source == Source::path_parameter)
    return contested(Place::path, field.name, path_parameter(call, field.name));
  if (field.source != Source::body || field.steps.front().kind == Step::Kind::each) return false;
  // What is asked of may be deep in it: it is the name at its head that another place may have.
  const Name& head = field.steps.front().name;
  return is_contested(call, Place::body, head, call.body == nullptr ? nullptr : call.body->find(head.text()));
}

Found resolve(const FieldPath& field, const Call& call, RiskLevel risk) {
  const Found found = look_up(field, call, risk);
  if (found.state == State::unknown) return found;
  return is_contested(field, call) ? kUnknown : found;
}

Found look_up(const FieldPath& field, const Call& call, RiskLevel risk) {
  switch (field.source) {
    case Source::tool:
      return text(call.tool);
    case Source::upstream:
      return text(call.upstream);
    case Source::operation:
      return text(call.operation);
    case Source::method:
      return call.untold.method ? kUnknown : text_if(call.method);
    case Source::path:
      return call.untold.path ? kUnknown : text_if(call.path);
    case Source::host:
      return call.untold.host ? kUnknown : text_if(call.host);
    case Source::header:
      return call.untold.headers ? kUnknown : header(call, field.name);
    case Source::query:
      return call.untold.query ? kUnknown : query_parameter(call, field.name);
    case Source::path_parameter:
      return call.untold.path_parameters ? kUnknown : path_parameter(call, field.name);
    case Source::agent_id:
      return text(agent_of(call).id);
    case Source::trust_tier:
      return tier(agent_of(call).trust_tier);
    case Source::label:
      return label(agent_of(call), field.name.text());
    case Source::labels_seen:
      if (call.untold.labels_seen || call.labels_seen == nullptr) return kUnknown;
      return {State::present, *call.labels_seen};
    case Source::risk_level:
      return text(to_string(risk));
    case Source::args:
      return argument(field, call);
    case Source::body:
      return in_body(field, call);
    case Source::context:
      return document(field, call.context_state, call.context);
    case Source::read_only:
      return hint(call, &Annotations::read_only);
    case Source::destructive:
      return hint(call, &Annotations::destructive);
    case Source::idempotent:
      return hint(call, &Annotations::idempotent);
    case Source::open_world:
      return hint(call, &Annotations::open_world);
    case Source::env:
      return text(field.value);
  }
  return kUnknown;
}

}  // namespace holdfast::policy
