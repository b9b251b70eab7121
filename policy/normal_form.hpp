// Unicode's normal forms of texts that somebody else wrote, in a time that grows with the text. utf8proc's
// own function for it swaps neighbours until all marks stand in their order: 64 KiB of nothing but marks take
// it twenty seconds.
#pragma once

#include <utf8proc.h>

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace holdfast::policy {

// What utf8proc_map makes of it with these options, one of which is UTF8PROC_COMPOSE. Nothing for what is not
// UTF-8.
[[nodiscard]] std::optional<std::string> normal_form(std::string_view text, int options);

// One character may become that many.
using Decomposed = std::array<utf8proc_int32_t, 32>;

// Takes the first character off text and writes what it is decomposed to; returns how many, or -1 for what is
// not UTF-8. The text is not empty.
[[nodiscard]] utf8proc_ssize_t decompose_first(std::string_view& text, int options, Decomposed& out);

}  // namespace holdfast::policy
