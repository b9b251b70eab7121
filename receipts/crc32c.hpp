// CRC-32C (RFC 3720 §B.4), which guards the frames and slots of our files against torn and damaged bytes.
#pragma once

#include <cstdint>
#include <string_view>

namespace holdfast::receipts {

// Of `bytes` followed by `more`.
[[nodiscard]] std::uint32_t crc32c(std::string_view bytes, std::string_view more = {});

// The same by table, for machines without the instruction, and for the test that compares the two.
[[nodiscard]] std::uint32_t crc32c_by_table(std::string_view bytes, std::string_view more = {});

}  // namespace holdfast::receipts
