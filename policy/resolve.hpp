// Finds what a field names in a call.
#pragma once

#include <cstdint>

#include "core/call.hpp"
#include "core/decision.hpp"
#include "core/json.hpp"
#include "policy/field.hpp"

namespace holdfast::policy {

// What was found. `unknown`: it cannot be told what a reader of the call takes it for. `count`: the length of
// the array in value was asked for.
struct Found {
  enum class State : std::uint8_t { present, missing, unknown, count };
  State state = State::unknown;
  json::Value value;
};

// Whether another place of the request says something else under the field's name (policy/contested.hpp).
[[nodiscard]] bool is_contested(const FieldPath& field, const Call& call);

// What stands in the field's own place, contested or not; else as resolve().
[[nodiscard]] Found look_up(const FieldPath& field, const Call& call, RiskLevel risk);

// Follows the field up to its first `[*]`; there the array stands in value, if it is one.
[[nodiscard]] Found resolve(const FieldPath& field, const Call& call, RiskLevel risk);

// Goes on from a value inside args or body, from step first up to the next `[*]`.
[[nodiscard]] Found follow(const FieldPath& field, std::size_t first, const json::Value& from);

}  // namespace holdfast::policy
