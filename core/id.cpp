#include "core/id.hpp"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "core/hex.hpp"

namespace holdfast {
namespace {

struct RandomPage {
  std::array<std::byte, 4096> bytes{};
  std::size_t used = 4096;
};

void refill(RandomPage& page) {
  std::size_t have = 0;
  while (have < page.bytes.size()) {
    const ssize_t got = ::getrandom(page.bytes.data() + have, page.bytes.size() - have, 0);
    if (got <= 0) {
      // Without randomness every nonce and handle would be guessable: stop rather than go on.
      std::fputs("holdfast: the kernel gives no random bytes (getrandom failed)\n", stderr);
      std::abort();
    }
    have += static_cast<std::size_t>(got);
  }
  page.used = 0;
}

}  // namespace

void fill_random(std::span<std::byte> out) {
  thread_local RandomPage page;
  while (!out.empty()) {
    if (page.used == page.bytes.size()) refill(page);
    const std::size_t n = std::min(out.size(), page.bytes.size() - page.used);
    std::memcpy(out.data(), page.bytes.data() + page.used, n);
    // A page is spent as it is read, so that no later reader of this memory learns an older nonce.
    std::memset(page.bytes.data() + page.used, 0, n);
    page.used += n;
    out = out.subspan(n);
  }
}

Uuid make_uuid7(WallTime now) {
  std::array<std::uint8_t, 16> raw{};
  fill_random(std::as_writable_bytes(std::span(raw)));
  const auto ms = static_cast<std::uint64_t>(unix_milliseconds(now));
  for (int i = 0; i < 6; ++i)
    raw[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(ms >> (40 - 8 * i));
  raw[6] = static_cast<std::uint8_t>(0x70 | (raw[6] & 0x0F));
  raw[8] = static_cast<std::uint8_t>(0x80 | (raw[8] & 0x3F));
  std::array<char, 36> text{};
  char* at = text.data();
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) *at++ = '-';
    at = write_hex(at, raw[i]);
  }
  return std::string_view(text.data(), text.size());
}

bool is_uuid7(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? c != '-' : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return false;
  }
  return text[14] == '7' && (text[19] == '8' || text[19] == '9' || text[19] == 'a' || text[19] == 'b');
}

}  // namespace holdfast
