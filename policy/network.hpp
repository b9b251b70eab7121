// IP addresses and networks, for `cidr` (RFC 4632, RFC 4291).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "policy/complaint.hpp"

namespace holdfast::policy {

// In network order; IPv4 in its IPv4-mapped IPv6 form, so that both spellings of one address are the same.
using Address = std::array<std::uint8_t, 16>;

// The IPv4 address that an IPv6 address leads to where it is translated or tunnelled: 64:ff9b::/96
// (RFC 6052), ::/96 (RFC 4291 §2.5.5.1), 2002::/16 (RFC 3056), 2001::/32 (RFC 4380). Nothing for others.
[[nodiscard]] std::optional<Address> embedded_in(const Address& address);

// An address alone: no port, no zone, no leading zeros.
[[nodiscard]] std::optional<Address> parse_address(std::string_view written);

struct Network {
  Address address{};
  unsigned bits = 0;  // of the mapped form: 96 more than written for IPv4

  [[nodiscard]] bool contains(const Address& other) const;
};

// `10.0.0.0/8`; the bits behind the prefix must be zero.
[[nodiscard]] Checked<Network> parse_network(std::string_view written);

}  // namespace holdfast::policy
