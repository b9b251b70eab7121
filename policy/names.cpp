#include "policy/names.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <array>

#include "policy/normal_form.hpp"
#include "policy/parameter_name.hpp"

namespace holdfast::policy {
namespace {

constexpr int kFolding = UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;

const utf8proc_uint8_t* bytes(std::string_view text) {
  return reinterpret_cast<const utf8proc_uint8_t*>(text.data());
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Decomposing is enough to compare with ASCII: nothing composes to it, and none of it is reordered. Stops at
// the first difference, so that a body of a hundred thousand foreign names costs little.
bool may_fold_to(std::string_view text, std::string_view ascii) {
  Decomposed points{};
  while (!text.empty()) {
    if (static_cast<unsigned char>(text.front()) < 0x80) {
      if (ascii.empty() || lower(text.front()) != ascii.front()) return false;
      text.remove_prefix(1);
      ascii.remove_prefix(1);
      continue;
    }
    const auto n = decompose_first(text, kFolding | UTF8PROC_DECOMPOSE, points);
    if (n < 0) return true;
    for (utf8proc_ssize_t i = 0; i < n; ++i) {
      if (ascii.empty() || points[static_cast<std::size_t>(i)] != ascii.front()) return false;
      ascii.remove_prefix(1);
    }
  }
  return ascii.empty();
}

// Writes the white space of Unicode that NFKC does not turn into a space as one.
std::string with_plain_spaces(std::string_view text) {
  constexpr std::array<std::string_view, 4> kSpaces{"\u0085", "\u1680", "\u2028", "\u2029"};
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto* const space = std::find_if(kSpaces.begin(), kSpaces.end(),
                                           [text](std::string_view each) { return text.starts_with(each); });
    out += space == kSpaces.end() ? text.front() : ' ';
    text.remove_prefix(space == kSpaces.end() ? 1 : space->size());
  }
  return out;
}

bool trimmed(char c) {
  return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f;
}

}  // namespace

bool is_ascii(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

bool is_nfc(std::string_view text) {
  if (is_ascii(text)) return true;
  constexpr utf8proc_int32_t kFirstCombining = 0x300;  // everything before is NFC whatever its neighbours
  bool plain = true;
  for (std::string_view rest = text; !rest.empty() && plain;) {
    utf8proc_int32_t point = 0;
    const auto used = utf8proc_iterate(bytes(rest), static_cast<utf8proc_ssize_t>(rest.size()), &point);
    if (used <= 0) return false;
    plain = point < kFirstCombining;
    rest.remove_prefix(static_cast<std::size_t>(used));
  }
  return plain || normal_form(text, UTF8PROC_STABLE | UTF8PROC_COMPOSE) == text;
}

std::optional<std::string> fold(std::string_view text) {
  if (!is_ascii(text)) return normal_form(text, kFolding | UTF8PROC_COMPOSE);
  std::string folded(text);
  std::transform(folded.begin(), folded.end(), folded.begin(), lower);
  return folded;
}

Name::Name(std::string text)
    : text_(std::move(text)), folded_(fold(text_).value_or(text_)), ascii_(is_ascii(folded_)) {}

bool Name::resembles(std::string_view other) const {
  if (ascii_) return may_fold_to(other, folded_);
  const std::optional<std::string> folded = fold(other);
  return !folded || *folded == folded_;
}

bool Name::may_be_parameter(std::string_view other) const {
  ParameterName reading(folded_);
  if (!ascii_) {
    const std::optional<std::string> folded = fold(other);
    if (!folded) return true;
    for (const char byte : *folded)
      reading.take(byte);
    return reading.may_be();
  }
  constexpr char kForeign = '\xff';  // any byte that ASCII does not have
  Decomposed points{};
  while (!other.empty() && !reading.settled()) {
    if (static_cast<unsigned char>(other.front()) < 0x80) {
      reading.take(lower(other.front()));
      other.remove_prefix(1);
      continue;
    }
    const auto n = decompose_first(other, kFolding | UTF8PROC_DECOMPOSE, points);
    if (n < 0) return true;
    for (utf8proc_ssize_t i = 0; i < n; ++i) {
      const auto point = points[static_cast<std::size_t>(i)];
      reading.take(point < 0x80 ? static_cast<char>(point) : kForeign);
    }
  }
  return reading.may_be();
}

std::optional<std::string> careless_tool(std::string_view tool) {
  const std::optional<std::string> folded = fold(tool);
  if (!folded) return std::nullopt;
  std::string out;
  for (const char c : with_plain_spaces(*folded)) {
    if (c == '.') {
      while (!out.empty() && trimmed(out.back()))
        out.pop_back();
    }
    // Spaces at the start of a segment; those in its middle stay.
    if (trimmed(c) && (out.empty() || out.back() == '.')) continue;
    out += c;
  }
  while (!out.empty() && (trimmed(out.back()) || out.back() == '.'))
    out.pop_back();
  return out;
}

}  // namespace holdfast::policy
