// Who is asking: a bearer token in the Authorization header, and nowhere else (law 1).
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "approvals/options.hpp"
#include "control/message.hpp"
#include "control/plane.hpp"

namespace holdfast::control {

// The one whose token this is, or nobody. Every token is compared in full: the time taken says neither whose
// it resembles nor where it stops resembling.
[[nodiscard]] std::optional<Caller> caller_of_token(const approvals::Options& roster,
                                                    const std::vector<TokenHolder>& others,
                                                    std::string_view token);

// The caller, or the answer that refuses: 401, or 429 once its address has failed too often.
[[nodiscard]] tl::expected<Caller, Response> authenticate(Plane* plane, const Request& request);

// The refusal of an address that has failed too often.
[[nodiscard]] Response too_many_failures(std::chrono::seconds wait);

}  // namespace holdfast::control
