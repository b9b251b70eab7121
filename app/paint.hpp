// Colour, for people at a terminal only (https://no-color.org).
#pragma once

#include <string>
#include <string_view>

namespace holdfast::app {

enum class Colour { plain, red, green, yellow };

// Whether standard output is a terminal whose owner wants colour: NO_COLOR is not set, TERM is not dumb.
[[nodiscard]] bool wants_colour();

// The text in its colour; as it is for Colour::plain, and when nobody wants colour.
[[nodiscard]] std::string painted(std::string_view text, Colour colour);

}  // namespace holdfast::app
