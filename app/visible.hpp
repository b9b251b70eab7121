// Text of unknown origin for a terminal: what a person sees is what is there.
#pragma once

#include <string>
#include <string_view>

namespace holdfast::app {

// ASCII and Latin letters with their usual marks (é, ü, ñ) stand as they are. Everything else shows as
// \u{202e}: controls and escapes, characters that turn the direction of writing, invisible ones, and letters
// of other scripts, many of which look like Latin ones. A backslash shows as two; what is not UTF-8 as
// \u{fffd}.
[[nodiscard]] std::string visible(std::string_view text);

// The same for JSON text, whose backslashes are its own and stay single: there is no \u{ in JSON.
[[nodiscard]] std::string visible_json(std::string_view json);

// At most `width` characters, the last three of them dots when something was left out. Of visible text.
[[nodiscard]] std::string shortened(std::string text, std::size_t width);

// How many columns visible text takes.
[[nodiscard]] std::size_t columns(std::string_view text);

}  // namespace holdfast::app
