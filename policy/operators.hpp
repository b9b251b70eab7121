// Applies one comparison to one value.
#pragma once

#include <cstddef>
#include <string_view>

#include "core/json.hpp"
#include "policy/test.hpp"
#include "policy/truth.hpp"

namespace holdfast::policy {

// To a program in JavaScript that copies an object, what stands under this name is where missing members are
// looked for.
inline constexpr std::string_view kPrototype = "__proto__";

// False for what readers may take for something else than we do: text that is not NFC or has a U+0000,
// numbers beyond Decimal's limits. Every operator on it is unknown.
[[nodiscard]] bool is_certain(const json::Value& value);

// The value is certain. `asked`: the bytes of text that this test's pattern was asked of, for all items
// together; zero before the first.
[[nodiscard]] Truth apply(const CompiledTest& test, const json::Value& value, std::size_t& asked);

// `args.items.length` and its kin: the test on a count.
[[nodiscard]] Truth apply_to_count(const CompiledTest& test, std::size_t count);

}  // namespace holdfast::policy
