#include "policy/network.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace holdfast::policy {
namespace {

constexpr unsigned kMapped = 96;  // bits of ::ffff:0:0/96, before the IPv4 address

bool is_mapped(const Address& address) {
  return address[10] == 0xFF && address[11] == 0xFF &&
         std::all_of(address.begin(), address.begin() + 10, [](std::uint8_t byte) { return byte == 0; });
}

Address without_host_bits(Address address, unsigned bits) {
  for (unsigned bit = bits; bit < 128; ++bit) {
    address[bit / 8] = static_cast<std::uint8_t>(address[bit / 8] & ~(0x80U >> (bit % 8)));
  }
  return address;
}

Address mapped(const Address& from, std::size_t at, std::uint8_t mask = 0) {
  Address out{};
  out[10] = out[11] = 0xFF;
  for (std::size_t i = 0; i < 4; ++i)
    out[12 + i] = from[at + i] ^ mask;
  return out;
}

bool begins(const Address& address, const Address& prefix, std::ptrdiff_t bytes) {
  return std::equal(prefix.begin(), prefix.begin() + bytes, address.begin());
}

}  // namespace

std::optional<Address> embedded_in(const Address& address) {
  constexpr Address kTranslated{0x00, 0x64, 0xFF, 0x9B}, kTeredo{0x20, 0x01}, k6to4{0x20, 0x02};
  constexpr Address kOwn{};  // `::`, and but for its last bit `::1`
  if (begins(address, kTranslated, 12)) return mapped(address, 12);
  if (begins(address, k6to4, 2)) return mapped(address, 2);
  if (begins(address, kTeredo, 4)) return mapped(address, 12, 0xFF);  // written upside down
  const bool compatible = begins(address, kOwn, 12) && (!begins(address, kOwn, 15) || address[15] > 1);
  return compatible ? std::optional(mapped(address, 12)) : std::nullopt;
}

bool Network::contains(const Address& other) const {
  // ::/0 is every IPv6 address, and no IPv4 address.
  if (bits < kMapped && is_mapped(other)) return false;
  return without_host_bits(other, bits) == address;
}

std::optional<Address> parse_address(std::string_view written) {
  constexpr std::size_t kLongest = 45;
  if (written.size() > kLongest || written.find('\0') != std::string_view::npos) return std::nullopt;
  const std::string terminated(written);
  Address out{};
  if (::inet_pton(AF_INET6, terminated.c_str(), out.data()) == 1) return out;
  std::array<std::uint8_t, 4> v4{};
  if (::inet_pton(AF_INET, terminated.c_str(), v4.data()) != 1) return std::nullopt;
  out[10] = out[11] = 0xFF;
  std::copy(v4.begin(), v4.end(), out.begin() + 12);
  return out;
}

Checked<Network> parse_network(std::string_view written) {
  const std::string hint = "write a network like 10.0.0.0/8 or fd00::/8";
  const auto bad = [&] { return complain(fmt::format("`{}` is not a network", written), hint); };
  const std::size_t slash = written.find('/');
  if (slash == std::string_view::npos) return bad();
  const std::string_view address = written.substr(0, slash);
  const std::string_view bits = written.substr(slash + 1);
  Network network;
  const std::optional<Address> parsed = parse_address(address);
  if (!parsed) return bad();
  network.address = *parsed;
  const auto [end, error] = std::from_chars(bits.data(), bits.data() + bits.size(), network.bits);
  if (error != std::errc() || end != bits.data() + bits.size() || (bits.size() > 1 && bits[0] == '0'))
    return bad();
  const bool v4 = address.find(':') == std::string_view::npos;
  if (network.bits > (v4 ? 32U : 128U)) return bad();
  if (v4) network.bits += kMapped;
  if (without_host_bits(network.address, network.bits) != network.address) {
    return complain(fmt::format("`{}` has bits set behind its prefix", written), hint);
  }
  return network;
}

}  // namespace holdfast::policy
