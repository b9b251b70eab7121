// An explanation of a decision, for people and for programs.
#pragma once

#include <string>

#include "core/call.hpp"
#include "policy/explain.hpp"

namespace holdfast::app {

[[nodiscard]] std::string explanation_text(const Call& call, const policy::Explanation& told);
// {"call":{...},"decision":{...},"why":"...","consulted":[...]}
[[nodiscard]] std::string explanation_json(const Call& call, const policy::Explanation& told);

// `true`, `false` or `unknown`.
[[nodiscard]] std::string_view to_text(policy::Truth truth);

}  // namespace holdfast::app
