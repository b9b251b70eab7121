#include "app/visible.hpp"

#include <fmt/format.h>
#include <utf8proc.h>

#include <algorithm>
#include <array>

#include "core/json_text.hpp"

namespace holdfast::app {
namespace {

constexpr std::u32string_view kWithoutParts = U"ßæÆøØœŒłŁđĐþÞðÐ";

// A letter of the first two Latin blocks that is an ASCII letter with marks, or one of the few that are not.
bool is_latin_letter(utf8proc_int32_t point) {
  if (point < 0xC0 || point > 0x17F) return false;
  if (kWithoutParts.find(static_cast<char32_t>(point)) != std::u32string_view::npos) return true;
  std::array<utf8proc_int32_t, 8> parts{};
  int last_class = 0;
  const auto count =
      utf8proc_decompose_char(point, parts.data(), parts.size(), UTF8PROC_DECOMPOSE, &last_class);
  const auto base = parts[0] | 0x20;
  return count >= 2 && base >= 'a' && base <= 'z';
}

std::string rendered(std::string_view text, bool double_backslash) {
  const std::string clean = json::to_utf8(text);
  const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(clean.data());
  auto left = static_cast<utf8proc_ssize_t>(clean.size());
  std::string out;
  while (left > 0) {
    utf8proc_int32_t point = 0;
    const utf8proc_ssize_t size = utf8proc_iterate(at, left, &point);
    if (size <= 0) break;  // cannot be: the text is UTF-8
    if (point == '\\' && double_backslash) {
      out += "\\\\";
    } else if ((point >= 0x20 && point < 0x7f) || is_latin_letter(point)) {
      out.append(reinterpret_cast<const char*>(at), static_cast<std::size_t>(size));
    } else {
      out += fmt::format("\\u{{{:x}}}", static_cast<unsigned>(point));
    }
    at += size;
    left -= size;
  }
  return out;
}

bool begins_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
}

}  // namespace

std::string visible(std::string_view text) {
  return rendered(text, true);
}

std::string visible_json(std::string_view json) {
  return rendered(json, false);
}

std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins_character));
}

std::string shortened(std::string text, std::size_t width) {
  if (columns(text) <= width || width < 3) return text;
  std::size_t kept = 0;
  std::size_t seen = 0;
  for (; kept < text.size(); ++kept) {
    if (begins_character(text[kept]) && ++seen > width - 3) break;
  }
  return text.substr(0, kept) + "...";
}

}  // namespace holdfast::app
