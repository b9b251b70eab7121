// IP addresses, for the layers that ask who is at the other end.
#pragma once

#include <boost/asio/ip/address.hpp>

#include "net/task.hpp"

namespace holdfast::net {

using Address = asio::ip::address;
using AddressV6 = asio::ip::address_v6;

// Loopback, private, link-local, unique-local, metadata and unspecified ranges, v4-mapped v6 included.
[[nodiscard]] bool is_private(const Address& address);
[[nodiscard]] bool is_loopback(const Address& address);

}  // namespace holdfast::net
