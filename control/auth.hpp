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

// The caller, or the answer that refuses: 401, or 429 once its address has failed too often. A right token is
// never refused for the failures of others at its address: an agent on the same machine could otherwise keep
// people from voting and from halting everything, with ten requests a minute. So a guess is checked however
// many came before it, and what it fails on is the token's length: 16 characters at least, drawn at random.
// (An address is no bound on guesses anyway: a machine has 16 million loopback addresses to guess from.)
[[nodiscard]] tl::expected<Caller, Response> authenticate(Plane* plane, const Request& request);

// The refusal of an address that has failed too often.
[[nodiscard]] Response too_many_failures(std::chrono::seconds wait);

}  // namespace holdfast::control
