// Makes a case smaller as long as something stays true of it.
#pragma once

#include <functional>

#include "tests/policy/reference/case.hpp"

namespace holdfast::reference {

struct Case {
  policy::Options policy;
  Facts facts;
};

using StillTrue = std::function<bool(const Case&)>;

[[nodiscard]] Case shrunk(Case from, const StillTrue& holds);

}  // namespace holdfast::reference
