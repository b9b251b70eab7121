#include "core/json_members.hpp"

#include <fmt/format.h>

#include "core/json_text.hpp"
#include "core/octets.hpp"

namespace holdfast::json {
namespace {

template <class Number>
void append_digits(Text& out, Number number) {
  const fmt::format_int digits(number);
  out.append({digits.data(), digits.size()});
}

}  // namespace

void append_string(Text& out, std::string_view text) {
  if (next_escaped(text, 0) != text.size()) return out.append(quoted(text));
  out.append('"');
  out.append(text);
  out.append('"');
}

void append_repaired(Text& out, std::string_view text) {
  const bool ascii = octets::find(text, 0, octets::beyond_ascii, is_beyond_ascii) == text.size();
  if (ascii) return append_string(out, text);
  append_string(out, to_utf8(text));
}

void append_number(Text& out, std::int64_t number) {
  append_digits(out, number);
}

void append_number(Text& out, std::uint64_t number) {
  append_digits(out, number);
}

}  // namespace holdfast::json
