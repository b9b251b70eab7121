#include "core/json_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

namespace holdfast::json {
namespace {

// Length of the well-formed UTF-8 sequence at the start of text (Unicode 15 table 3-7), or 0.
std::size_t sequence_length(std::string_view text) {
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

}  // namespace

void append_string(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\r':
        out += "\\r";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

std::string quoted(std::string_view text) {
  std::string out;
  append_string(out, text);
  return out;
}

std::string to_utf8(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t n = sequence_length(text);
    out += n == 0 ? std::string_view("\xEF\xBF\xBD") : text.substr(0, n);
    text.remove_prefix(std::max<std::size_t>(n, 1));
  }
  return out;
}

ObjectText& ObjectText::set_raw(std::string_view name, std::string json) {
  assert(std::none_of(members_.begin(), members_.end(), [&](const auto& m) { return m.first == name; }));
  members_.emplace_back(name, std::move(json));
  return *this;
}

ObjectText& ObjectText::set(std::string_view name, std::string_view text) {
  return set_raw(name, quoted(text));
}

ObjectText& ObjectText::set(std::string_view name, bool flag) {
  return set_raw(name, flag ? "true" : "false");
}

ObjectText& ObjectText::set(std::string_view name, std::int64_t number) {
  return set_raw(name, std::to_string(number));
}

ObjectText& ObjectText::set(std::string_view name, std::uint64_t number) {
  return set_raw(name, std::to_string(number));
}

ObjectText& ObjectText::set_if(std::string_view name, std::string_view text) {
  return text.empty() ? *this : set(name, text);
}

ObjectText& ObjectText::set_null(std::string_view name) {
  return set_raw(name, "null");
}

std::string ObjectText::text() const {
  std::vector<const std::pair<std::string_view, std::string>*> order;
  order.reserve(members_.size());
  for (const auto& member : members_)
    order.push_back(&member);
  std::sort(order.begin(), order.end(), [](auto* a, auto* b) { return a->first < b->first; });
  std::string out = "{";
  for (const auto* member : order) {
    if (out.size() > 1) out += ',';
    append_string(out, member->first);
    out += ':';
    out += member->second;
  }
  out += '}';
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
