#include "core/ending.hpp"

#include <array>
#include <utility>

namespace holdfast {
namespace {

constexpr std::array<std::pair<Ending, std::string_view>, kEndings> kNames{{
    {Ending::succeeded, "succeeded"},
    {Ending::malformed, "malformed"},
    {Ending::too_large, "too_large"},
    {Ending::not_found, "not_found"},
    {Ending::unauthenticated, "unauthenticated"},
    {Ending::policy_denied, "policy_denied"},
    {Ending::rejected, "rejected"},
    {Ending::cancelled, "cancelled"},
    {Ending::policy_changed, "policy_changed"},
    {Ending::client_gone, "client_gone"},
    {Ending::expired, "expired"},
    {Ending::approval_pending, "approval_pending"},
    {Ending::limited, "limited"},
    {Ending::too_many_pending, "too_many_pending"},
    {Ending::halted, "halted"},
    {Ending::unavailable, "unavailable"},
    {Ending::draining, "draining"},
    {Ending::upstream_failed, "upstream_failed"},
    {Ending::outcome_unknown, "outcome_unknown"},
    {Ending::permitted, "permitted"},
    {Ending::failed, "failed"},
}};

}  // namespace

std::string_view to_string(Ending ending) {
  return kNames[static_cast<std::size_t>(ending)].second;
}

std::optional<Ending> parse_ending(std::string_view text) {
  for (const auto& [ending, name] : kNames) {
    if (name == text) return ending;
  }
  return std::nullopt;
}

}  // namespace holdfast
