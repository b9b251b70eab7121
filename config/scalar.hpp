// What a scalar says: JSON's literals and numbers when plain, else a string; and the two units of ours.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace holdfast::config {

struct Scalar {
  enum class Kind { null, boolean, number, string };
  Kind kind = Kind::string;
  bool flag = false;
  std::string text;
  bool from_environment = false;  // some of it came from ${NAME}: never quoted in a message
};

// A plain scalar by JSON's grammar: `true`, `null`, `-1.5e3`; `yes`, `0x10`, `.5` and `~` are strings.
[[nodiscard]] Scalar plain_scalar(std::string text);

struct Unit {
  std::string_view name;
  std::int64_t factor;  // in milliseconds; in bytes
};
[[nodiscard]] std::span<const Unit> time_units();  // the largest first
[[nodiscard]] std::span<const Unit> size_units();

// `50s`, `1h30m`, `2ms`: whole numbers with h, m, s, ms, largest first, each at most once.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);
[[nodiscard]] std::string duration_text(std::chrono::milliseconds duration);

// Bytes: `100`, `32KiB`, `1MiB`, `1GiB`.
[[nodiscard]] std::optional<std::uint64_t> parse_size(std::string_view text);
[[nodiscard]] std::string size_text(std::uint64_t bytes);

// A whole decimal number that fits, without sign tricks or leading zeros.
[[nodiscard]] std::optional<std::int64_t> parse_integer(std::string_view text);

}  // namespace holdfast::config
