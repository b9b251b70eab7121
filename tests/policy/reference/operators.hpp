// What one operator says of one value.
#pragma once

#include "policy/options.hpp"
#include "tests/policy/reference/judge.hpp"
#include "tests/policy/reference/tree.hpp"

namespace holdfast::reference {

[[nodiscard]] Say yes_if(bool it);
[[nodiscard]] Say opposite(Say say);
// Kleene: of `and` the one nearest to no, of `or` the one nearest to yes.
[[nodiscard]] Say both(Say a, Say b);
[[nodiscard]] Say either(Say a, Say b);

// Some reader takes it for something else: every operator on it is unknown.
[[nodiscard]] bool is_doubtful(const Tree& value);
// JavaScript may find in it what it has no member of.
[[nodiscard]] bool has_prototype(const Tree& object);
// The operator is not `length`. `read`: how much text its pattern has read, which is for all items together.
[[nodiscard]] Say apply(const policy::Test& test, const Tree& value, std::size_t& read);
// The length as a number, or null when the value has none that all readers agree on.
[[nodiscard]] Tree length_of(const Tree& value);

}  // namespace holdfast::reference
