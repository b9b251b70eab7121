// What is wrong with a configuration, for programs.
#pragma once

#include <string>

#include "core/problem.hpp"

namespace holdfast::app {

// {"errors":0,"problems":[{"column","file","hint","line","message","severity"}],"warnings":1}
[[nodiscard]] std::string problems_json(const Problems& problems);

[[nodiscard]] std::size_t count(const Problems& problems, Severity severity);

}  // namespace holdfast::app
