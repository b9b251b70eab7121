// Spellings of a tool's name as JSON text.
#include <fmt/format.h>

#include "tests/proxy/letters.hpp"

namespace holdfast::test {
namespace {

using enum Meaning;

std::string json_escape(char32_t point) {
  if (point < 0x10000) return fmt::format("\\u{:04x}", static_cast<unsigned>(point));
  const auto rest = static_cast<unsigned>(point) - 0x10000;
  return fmt::format("\\u{:04X}\\u{:04x}", 0xD800 + (rest >> 10), 0xDC00 + (rest & 0x3FF));
}

Spellings name_character(char c) {
  Spellings to;
  const std::string plain(1, c);
  const auto code = static_cast<unsigned>(static_cast<unsigned char>(c));
  add(to, same, plain);
  add(to, same, fmt::format("\\u{:04x}", code));
  add(to, same, fmt::format("\\u{:04X}", code));
  if (is_letter(c)) {
    add(to, near, std::string(1, other_case(c)));
    add(to, near, fmt::format("\\u{:04x}", code ^ 0x20));
  }
  for (const char32_t point : compatible(c)) {
    add(to, near, utf8(point));
    add(to, near, json_escape(point));
  }
  for (const char32_t point : kShowNothing) {
    add(to, near, utf8(point) + plain);
    add(to, near, json_escape(point) + plain);
  }
  for (const char32_t point : kControls) {
    add(to, near, json_escape(point) + plain);
    add(to, near, utf8(point) + plain);
  }
  for (const char32_t point : kCombining)
    add(to, other, plain + json_escape(point));
  for (const char32_t point : homoglyphs(c))
    add(to, other, utf8(point));
  add(to, other, fmt::format("%{:02x}", code));
  return to;
}

// At the ends of a name: what trimming takes away.
Spellings name_edge(bool end) {
  Spellings to;
  add(to, same, "");
  for (const char32_t space : {0x20, 0x09, 0x0A, 0x0D, 0x85, 0xA0, 0x1680, 0x2000, 0x2003, 0x2028, 0x2029,
                               0x202F, 0x205F, 0x3000, 0xFEFF, 0x200B, 0x00, 0x1C}) {
    add(to, near, json_escape(space));
    add(to, near, json_escape(space) + " ");
    add(to, near, utf8(space));
  }
  if (!end) return to;
  for (const std::string_view near_one : {".", "..", " .", ". ", "\\u002e", "\\uff0e"})
    add(to, near, std::string(near_one));
  for (const std::string_view other_one : {"s", "_", "-all", ".x", "/", "*", "\\\\"})
    add(to, other, std::string(other_one));
  return to;
}

}  // namespace

Places name_places(std::string_view name) {
  Places places{name_edge(false)};
  for (const char c : name)
    places.push_back(name_character(c));
  places.push_back(name_edge(true));
  return places;
}

}  // namespace holdfast::test
