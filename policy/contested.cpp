#include "policy/contested.hpp"

#include <algorithm>
#include <span>

#include "policy/operators.hpp"

namespace holdfast::policy {
namespace {

using json::Kind;
using json::Value;

bool is_scalar(const Value* value) {
  return value != nullptr && (value->is(Kind::string) || value->is(Kind::number));
}

bool are_there(std::span<const std::string_view> unclear, const Name& name) {
  return std::any_of(unclear.begin(), unclear.end(),
                     [&](std::string_view other) { return name.may_be_parameter(other); });
}

// What is not UTF-8 may be anything, and so is not for certain the same name.
bool is_same(const Name& name, std::string_view other) {
  return name.is(other) || (name.resembles(other) && fold(other).has_value());
}

bool by_fields(std::span<const Field> fields, const Name& name, const Value* said) {
  return std::any_of(fields.begin(), fields.end(), [&](const Field& field) {
    if (!name.may_be_parameter(field.name)) return false;
    return !is_same(name, field.name) || !says(said, field.value);
  });
}

bool by_members(const Call& call, const Name& name, const Value* said) {
  if (are_there(call.unclear_form, name)) return true;
  const auto members = call.posted->members();
  return std::any_of(members.begin(), members.end(), [&](const json::Member& member) {
    if (member.name == kPrototype) return said == nullptr;
    if (!name.may_be_parameter(member.name)) return false;
    return !is_same(name, member.name) || !is_scalar(&member.value) || !says(said, member.value.text());
  });
}

bool by_body(const Call& call, const Name& name, const Value* said) {
  switch (call.posted_state) {
    case Readable::absent:
      return false;
    case Readable::unreadable:
      return true;
    case Readable::whole:
      return call.posted == nullptr || by_members(call, name, said);
  }
  return true;
}

}  // namespace

bool says(const Value* value, std::string_view text) {
  return is_scalar(value) && value->text() == text;
}

bool is_contested(const Call& call, Place place, const Name& name, const Value* said) {
  if (call.protocol != Protocol::http || (place == Place::path && said == nullptr)) return false;
  if (place != Place::path && said != nullptr && by_fields(call.path_parameters, name, said)) return true;
  if (place != Place::query && (are_there(call.unclear_query, name) || by_fields(call.query, name, said)))
    return true;
  return place != Place::body && by_body(call, name, said);
}

}  // namespace holdfast::policy
