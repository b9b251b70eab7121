#include "core/json_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <iterator>

#include "core/octets.hpp"

namespace holdfast::json {
namespace {

// Room asked for at first, so that what is composed for every call does not move.
constexpr std::size_t kUsualBytes = 1000;  // with its header still in the allocator's per-thread cache

constexpr std::array<bool, 256> kEscaped = [] {
  std::array<bool, 256> escaped{};
  for (std::size_t c = 0; c < 0x20; ++c)
    escaped[c] = true;
  escaped['"'] = escaped['\\'] = true;
  return escaped;
}();

bool escaped(char c) {
  return kEscaped[static_cast<unsigned char>(c)];
}

std::uint64_t any_escaped(std::uint64_t word) {
  return octets::less_than(word, 0x20) | octets::equal_to(word, '"') | octets::equal_to(word, '\\');
}

void append_escape(std::string& out, char c) {
  constexpr std::string_view kShort = "\"\"\\\\\bb\tt\nn\ff\rr";  // pairs: the character, its letter
  for (std::size_t i = 0; i < kShort.size(); i += 2) {
    if (kShort[i] != c) continue;
    out.append(1, '\\').append(1, kShort[i + 1]);
    return;
  }
  fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
}

}  // namespace

std::size_t next_escaped(std::string_view text, std::size_t at) {
  return octets::find(text, at, any_escaped, escaped);
}

std::size_t utf8_sequence(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const auto tail = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xBF) {
    return byte(i) >= low && byte(i) <= high;
  };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return tail(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const unsigned low = first == 0xE0 ? 0xA0 : 0x80;
    const unsigned high = first == 0xED ? 0x9F : 0xBF;
    return tail(1, low, high) && tail(2) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const unsigned low = first == 0xF0 ? 0x90 : 0x80;
    const unsigned high = first == 0xF4 ? 0x8F : 0xBF;
    return tail(1, low, high) && tail(2) && tail(3) ? 4 : 0;
  }
  return 0;
}

void append_string(std::string& out, std::string_view text) {
  out += '"';
  std::size_t done = 0;
  for (std::size_t i = next_escaped(text, 0); i < text.size(); i = next_escaped(text, i + 1)) {
    out.append(text, done, i - done);
    append_escape(out, text[i]);
    done = i + 1;
  }
  out.append(text, done).append(1, '"');
}

std::string quoted(std::string_view text) {
  std::string out;
  append_string(out, text);
  return out;
}

bool is_utf8(std::string_view text) {
  while (true) {
    text.remove_prefix(octets::find(text, 0, octets::beyond_ascii, is_beyond_ascii));
    if (text.empty()) return true;
    const std::size_t n = utf8_sequence(text);
    if (n == 0) return false;
    text.remove_prefix(n);
  }
}

std::string to_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t ascii = octets::find(text, 0, octets::beyond_ascii, is_beyond_ascii);
    out += text.substr(0, ascii);
    text.remove_prefix(ascii);
    if (text.empty()) break;
    const std::size_t n = utf8_sequence(text);
    out += n == 0 ? std::string_view("\xEF\xBF\xBD") : text.substr(0, n);
    text.remove_prefix(std::max<std::size_t>(n, 1));
  }
  return out;
}

void ObjectText::open(std::string_view name) {
  if (members_.empty()) text_.reserve(kUsualBytes);
  opened_ = members_.size();
  if (members_.empty() || members_.back().name < name) {
    members_.push_back({name, text_.size(), 0});
  } else {
    const auto place =
        std::lower_bound(members_.begin(), members_.end(), name,
                         [](const Member& member, std::string_view n) { return member.name < n; });
    assert(place->name != name);
    opened_ = static_cast<std::size_t>(place - members_.begin());
    members_.insert(place, {name, text_.size(), 0});
  }
  text_.append(1, '"').append(name).append("\":");
}

ObjectText& ObjectText::close() {
  text_ += ',';
  members_[opened_].end = text_.size();
  return *this;
}

ObjectText& ObjectText::set_raw(std::string_view name, std::string_view json) {
  open(name);
  text_ += json;
  return close();
}

ObjectText& ObjectText::set(std::string_view name, std::string_view text) {
  open(name);
  append_string(text_, text);
  return close();
}

ObjectText& ObjectText::set(std::string_view name, bool flag) {
  return set_raw(name, flag ? "true" : "false");
}

ObjectText& ObjectText::set(std::string_view name, std::int64_t number) {
  return set_raw(name, fmt::format_int(number).str());
}

ObjectText& ObjectText::set(std::string_view name, std::uint64_t number) {
  return set_raw(name, fmt::format_int(number).str());
}

ObjectText& ObjectText::set(std::string_view name, const ObjectText& object) {
  open(name);
  object.append_to(text_);
  return close();
}

ObjectText& ObjectText::set_if(std::string_view name, std::string_view text) {
  return text.empty() ? *this : set(name, text);
}

ObjectText& ObjectText::set_null(std::string_view name) {
  return set_raw(name, "null");
}

void ObjectText::append_to(std::string& out) const {
  out += '{';
  visit_members([&out](std::string_view, std::string_view json) { out += json; });
  if (!members_.empty()) out.pop_back();
  out += '}';
}

std::string ObjectText::text() const {
  std::string out;
  out.reserve(text_.size() + 2);
  append_to(out);
  return out;
}

std::string array_text(std::span<const std::string> json) {
  return fmt::format("[{}]", fmt::join(json, ","));
}

std::string strings_text(std::span<const std::string> texts) {
  std::string out = "[";
  for (const std::string& text : texts) {
    if (out.size() > 1) out += ',';
    append_string(out, text);
  }
  out += ']';
  return out;
}

}  // namespace holdfast::json
