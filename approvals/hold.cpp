#include "approvals/hold.hpp"

#include <array>

namespace holdfast::approvals {
namespace {

constexpr std::array<std::string_view, 8> kNames{"pending", "approved",  "released",    "rejected",
                                                 "expired", "cancelled", "client_gone", "policy_changed"};

}  // namespace

std::string_view to_string(Status status) {
  return kNames[static_cast<std::size_t>(status)];
}

std::optional<Status> parse_status(std::string_view text) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == text) return static_cast<Status>(i);
  }
  return std::nullopt;
}

std::size_t StoredResponse::size() const {
  std::size_t bytes = body.size();
  for (const auto& [name, value] : headers)
    bytes += name.size() + value.size();
  return bytes;
}

std::string_view resolution(const Hold& hold) {
  return hold.ending ? holdfast::to_string(*hold.ending) : std::string_view();
}

}  // namespace holdfast::approvals
