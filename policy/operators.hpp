// Applies one comparison to one value.
#pragma once

#include "core/json.hpp"
#include "policy/test.hpp"
#include "policy/truth.hpp"

namespace holdfast::policy {

// False for what readers may take for something else than we do: text that is not NFC or has a U+0000,
// numbers beyond Decimal's limits. Every operator on it is unknown.
[[nodiscard]] bool is_certain(const json::Value& value);

// The value is certain.
[[nodiscard]] Truth apply(const CompiledTest& test, const json::Value& value);

// `args.items.length` and its kin: the test on a count.
[[nodiscard]] Truth apply_to_count(const CompiledTest& test, std::size_t count);

}  // namespace holdfast::policy
