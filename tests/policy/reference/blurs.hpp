// Ways in which something about a call stops being known.
#pragma once

#include <span>

#include "tests/policy/reference/case.hpp"
#include "tests/policy/reference/random.hpp"

namespace holdfast::reference {

using Blur = void (*)(Facts&, Random&);

[[nodiscard]] std::span<const Blur> blurs();

}  // namespace holdfast::reference
