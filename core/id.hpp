// UUIDv7 (RFC 9562 §5.7): ids that sort by the time they were made.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "core/clock.hpp"
#include "core/short_text.hpp"

namespace holdfast {

// In lower-case text form.
using Uuid = ShortText<36>;

// Ends the process if the kernel gives no randomness.
[[nodiscard]] Uuid make_uuid7(WallTime now);

// True for the lower-case text form of any UUIDv7.
[[nodiscard]] bool is_uuid7(std::string_view text);

// Fills with bytes from the kernel's generator (getrandom), a page at a time per thread.
void fill_random(std::span<std::byte> out);

}  // namespace holdfast
