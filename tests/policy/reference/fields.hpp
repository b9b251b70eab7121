// Where a field leads in a call.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/call.hpp"
#include "policy/options.hpp"
#include "tests/policy/reference/tree.hpp"

namespace holdfast::reference {

// A call, and the policy that is asked about it.
struct Question : Call {
  Question(const policy::Options& asked, const Call& call) : Call(call), options(&asked) {}
  const policy::Options* options;
};

// The value a field begins at, and the steps that are left: names, and `[*]` for every item.
struct Start {
  enum class State { value, missing, unknown } state = State::unknown;
  Tree value;
  std::vector<std::string> steps;
};

// `items` asks for the items of a field that has no `[*]` of its own.
[[nodiscard]] Start start_of(const std::string& field, bool items, const Question& call);

// The member of that name; unknown when another one may be read as it.
[[nodiscard]] Start member_of(const Tree& object, const std::string& name);

}  // namespace holdfast::reference
