#include "net/address.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace holdfast::net {
namespace {

using V4 = asio::ip::address_v4;
using V6 = asio::ip::address_v6;

struct Range4 {
  std::uint32_t network;
  int bits;
};

// What is not somebody's public server: IANA's special-purpose registry (RFC 6890), multicast and reserved
// space.
constexpr std::array<Range4, 15> kSpecial4{{
    {0x00000000, 8},   // this network
    {0x0A000000, 8},   // private
    {0x64400000, 10},  // shared (carrier NAT)
    {0x7F000000, 8},   // loopback
    {0xA9FE0000, 16},  // link-local, cloud metadata
    {0xAC100000, 12},  // private
    {0xC0000000, 24},  // protocol assignments
    {0xC0000200, 24},  // documentation
    {0xC0586300, 24},  // 6to4 relays
    {0xC0A80000, 16},  // private
    {0xC6120000, 15},  // benchmarks
    {0xC6336400, 24},  // documentation
    {0xCB007100, 24},  // documentation
    {0xE0000000, 4},   // multicast
    {0xF0000000, 4},   // reserved, broadcast
}};

bool in(std::uint32_t address, Range4 range) {
  return ((address ^ range.network) >> (32 - range.bits)) == 0;
}

bool is_private_v4(std::uint32_t address) {
  return std::any_of(kSpecial4.begin(), kSpecial4.end(),
                     [address](Range4 range) { return in(address, range); });
}

struct Range6 {
  std::array<unsigned char, 12> network{};
  int bits = 0;
};

constexpr std::array<Range6, 10> kSpecial6{{
    {{0}, 96},                                   // unspecified, loopback, v4-compatible
    {{0xfc}, 7},                                 // unique local
    {{0xfe, 0x80}, 10},                          // link-local
    {{0xfe, 0xc0}, 10},                          // site-local
    {{0xff}, 8},                                 // multicast
    {{0x20, 0x01, 0x00, 0x00}, 32},              // Teredo: a tunnel to any v4 address
    {{0x20, 0x01, 0x0d, 0xb8}, 32},              // documentation
    {{0x01, 0x00}, 64},                          // discard
    {{0x00, 0x64, 0xff, 0x9b, 0x00, 0x01}, 48},  // local NAT64
    {{0x3f, 0xff}, 20},                          // documentation
}};

bool starts_with(const V6::bytes_type& address, const std::array<unsigned char, 12>& network, int bits) {
  const auto whole = static_cast<std::size_t>(bits / 8);
  if (!std::equal(network.begin(), network.begin() + whole, address.begin())) return false;
  const int rest = bits % 8;
  return rest == 0 || ((address[whole] ^ network[whole]) >> (8 - rest)) == 0;
}

std::uint32_t v4_at(const V6::bytes_type& bytes, std::size_t at) {
  return (std::uint32_t{bytes[at]} << 24) | (std::uint32_t{bytes[at + 1]} << 16) |
         (std::uint32_t{bytes[at + 2]} << 8) | std::uint32_t{bytes[at + 3]};
}

bool is_private_v6(const V6& address) {
  const auto bytes = address.to_bytes();
  constexpr std::array<unsigned char, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  constexpr std::array<unsigned char, 12> kNat64{0x00, 0x64, 0xff, 0x9b};
  constexpr std::array<unsigned char, 12> k6to4{0x20, 0x02};
  if (starts_with(bytes, kMapped, 96) || starts_with(bytes, kNat64, 96))
    return is_private_v4(v4_at(bytes, 12));
  if (starts_with(bytes, k6to4, 16)) return is_private_v4(v4_at(bytes, 2));
  return std::any_of(kSpecial6.begin(), kSpecial6.end(),
                     [&bytes](const Range6& range) { return starts_with(bytes, range.network, range.bits); });
}

}  // namespace

bool is_private(const asio::ip::address& address) {
  return address.is_v4() ? is_private_v4(address.to_v4().to_uint()) : is_private_v6(address.to_v6());
}

bool is_loopback(const asio::ip::address& address) {
  if (address.is_v4()) return address.to_v4().is_loopback();
  const V6 v6 = address.to_v6();
  if (v6.is_loopback()) return true;
  return v6.is_v4_mapped() && asio::ip::make_address_v4(asio::ip::v4_mapped, v6).is_loopback();
}

}  // namespace holdfast::net
