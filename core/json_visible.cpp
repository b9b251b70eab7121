#include "core/json_visible.hpp"

#include <fmt/format.h>
#include <utf8proc.h>

#include <algorithm>
#include <cstdint>
#include <iterator>

#include "core/json_text.hpp"

namespace holdfast::json {
namespace {

// Of the ASCII characters append_string escapes every control but the last.
bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x7f; });
}

bool is_unseen(utf8proc_int32_t point) {
  switch (utf8proc_category(point)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_CO:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
      return true;
    default:
      return false;
  }
}

// RFC 8259 §7: a code point beyond the first plane is a pair of surrogates.
void append_escaped(std::string& out, utf8proc_int32_t point) {
  const auto code = static_cast<std::uint32_t>(point);
  if (code < 0x10000) {
    fmt::format_to(std::back_inserter(out), "\\u{:04x}", code);
    return;
  }
  const std::uint32_t above = code - 0x10000;
  fmt::format_to(std::back_inserter(out), "\\u{:04x}\\u{:04x}", 0xD800 + (above >> 10),
                 0xDC00 + (above & 0x3FF));
}

}  // namespace

void append_visible(std::string& out, std::string_view text) {
  if (is_plain(text)) return append_string(out, text);
  std::string plain;
  append_string(plain, to_utf8(text));
  // What append_string escaped is ASCII by now.
  const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(plain.data());
  const auto* const end = at + plain.size();
  while (at < end) {
    utf8proc_int32_t point = 0;
    const utf8proc_ssize_t size = utf8proc_iterate(at, end - at, &point);
    if (size <= 0) break;  // cannot be: it is UTF-8
    if (is_unseen(point)) {
      append_escaped(out, point);
    } else {
      out.append(reinterpret_cast<const char*>(at), static_cast<std::size_t>(size));
    }
    at += size;
  }
}

}  // namespace holdfast::json
