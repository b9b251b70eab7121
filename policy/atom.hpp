// One comparison of a condition, made ready to reason about: what it says of values that nobody has sent yet.
// Where the answer is not certain it is the one that claims nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/json.hpp"
#include "policy/field.hpp"
#include "policy/options.hpp"
#include "policy/test.hpp"

namespace holdfast::policy {

// A bit for each json::Kind.
using Kinds = std::uint8_t;
inline constexpr Kinds kAnyKind = 0x3F;
[[nodiscard]] constexpr Kinds only(json::Kind kind) {
  return static_cast<Kinds>(1U << static_cast<unsigned>(kind));
}

// The values that a field may have.
struct Domain {
  Kinds kinds = kAnyKind;
  std::optional<std::vector<json::Value>> values;  // when there are no others
  bool may_be_missing = true;
};

struct Atom {
  const Test* test;
  FieldPath field;
  CompiledTest compiled;
  Kinds kinds;                                     // of which it can be true
  std::optional<std::vector<json::Value>> values;  // when it can be true of these alone
};

// Nothing for what is not about one value (items, a length), and for what does not compile. The test must
// outlive the atom.
[[nodiscard]] std::optional<Atom> atom_of(const Test& test);

[[nodiscard]] bool is_same(const FieldPath& a, const FieldPath& b);

// False only when no value of the domain, nor its absence, makes all of them true. They are of one field.
[[nodiscard]] bool satisfiable(std::span<const Atom* const> atoms, const Domain& domain);

// True only when b is true wherever a is. They are of one field.
[[nodiscard]] bool implies(const Atom& a, const Atom& b);

}  // namespace holdfast::policy
