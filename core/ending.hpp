// How a call can end: the names of law 6. They stand in receipts, problem documents and the API; a name may
// be added, none may change.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace holdfast {

enum class Ending : std::uint8_t {
  succeeded,  // a complete, well-formed response arrived, whatever its status
  malformed,
  too_large,
  not_found,
  unauthenticated,
  policy_denied,
  rejected,
  cancelled,
  policy_changed,
  client_gone,
  expired,
  approval_pending,  // an answer, not an ending: the hold lives on
  limited,
  too_many_pending,
  halted,
  unavailable,
  draining,
  upstream_failed,  // certain that no byte was accepted
  outcome_unknown,
  // Of a check (docs/ask-only.md), whose call is made by whoever asked:
  permitted,  // it may be made; what came of it is not told
  failed,     // it was tried and failed, says whoever asked
};

inline constexpr std::size_t kEndings = 21;  // how many there are

[[nodiscard]] std::string_view to_string(Ending ending);
[[nodiscard]] std::optional<Ending> parse_ending(std::string_view text);

}  // namespace holdfast
