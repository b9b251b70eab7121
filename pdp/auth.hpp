// Who may ask: whoever has the plane's token.
#pragma once

#include <optional>

#include "pdp/plane.hpp"

namespace holdfast::pdp {

// The header of ours that carries it where `Authorization` is the asked-about call's own.
inline constexpr std::string_view kTokenHeader = "Holdfast-Pdp-Token";

// The answer that refuses, or nothing. `bearer`: the endpoint also takes `Authorization: Bearer`.
[[nodiscard]] std::optional<Response> refuse_stranger(Plane* plane, const Request& request, bool bearer);

}  // namespace holdfast::pdp
