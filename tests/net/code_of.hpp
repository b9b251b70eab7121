// The code a result failed with; nothing if it did not fail.
#pragma once

#include <optional>
#include <ostream>

#include "core/result.hpp"

namespace holdfast::test {

template <class T>
std::optional<Code> code_of(const Result<T>& result) {
  return result ? std::nullopt : std::optional(result.error().code);
}

}  // namespace holdfast::test

namespace holdfast {

// So that a failed expectation shows which code it was.
inline void PrintTo(Code code, std::ostream* out) {
  *out << "code " << static_cast<int>(code);
}

}  // namespace holdfast
