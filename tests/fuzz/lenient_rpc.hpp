// What a careless JSON-RPC server may take a text for: names in any case and width, duplicates, batches.
#pragma once

#include <string_view>
#include <vector>

#include "tests/fuzz/reference_json.hpp"

namespace holdfast::fuzz {

// Lower case; full-width letters, the long s and the Kelvin sign as what they resemble; nothing behind a NUL;
// no white space or controls around it.
[[nodiscard]] std::string careless(std::string_view text);

// Every method that some reader may find in this message, spelled carelessly: of all members that resemble
// `method`, at the top or in a batch.
[[nodiscard]] std::vector<std::string> methods_in(const Json& message);
// The same of the tools named by `params.name`, as they are spelled.
[[nodiscard]] std::vector<std::string> tools_in(const Json& message);

}  // namespace holdfast::fuzz
