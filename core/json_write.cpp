// Values as text again: as they were read, or in canonical form.
#include <algorithm>
#include <vector>

#include "core/json.hpp"
#include "core/json_text.hpp"

namespace holdfast::json {
namespace {

// Compares UTF-8 strings as their UTF-16 forms would (RFC 8785 §3.2.3): the two orders differ only where a
// supplementary character (four bytes, first byte 0xF0 or more) meets one of U+E000..U+FFFF (0xEE or 0xEF).
bool utf16_less(std::string_view a, std::string_view b) {
  const auto [left, right] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  if (left == a.end() || right == b.end()) return left == a.end() && right != b.end();
  const auto x = static_cast<unsigned char>(*left);
  const auto y = static_cast<unsigned char>(*right);
  if (x >= 0xF0 && (y == 0xEE || y == 0xEF)) return true;
  if (y >= 0xF0 && (x == 0xEE || x == 0xEF)) return false;
  return x < y;
}

void append(std::string& out, const Value& value, bool sorted);

void append_members(std::string& out, std::span<const Member> members, bool sorted) {
  std::vector<const Member*> order;
  order.reserve(members.size());
  for (const Member& member : members)
    order.push_back(&member);
  if (sorted) {
    std::sort(order.begin(), order.end(),
              [](const Member* a, const Member* b) { return utf16_less(a->name, b->name); });
  }
  out += '{';
  for (const Member* member : order) {
    if (member != order.front()) out += ',';
    append_string(out, member->name);
    out += ':';
    append(out, member->value, sorted);
  }
  out += '}';
}

void append(std::string& out, const Value& value, bool sorted) {
  switch (value.kind()) {
    case Kind::null:
      out += "null";
      return;
    case Kind::boolean:
      out += value.boolean() ? "true" : "false";
      return;
    case Kind::number:
      out += value.text();
      return;
    case Kind::string:
      append_string(out, value.text());
      return;
    case Kind::array:
      out += '[';
      for (const Value& item : value.items()) {
        if (&item != value.items().data()) out += ',';
        append(out, item, sorted);
      }
      out += ']';
      return;
    case Kind::object:
      append_members(out, value.members(), sorted);
      return;
  }
}

}  // namespace

std::string to_text(const Value& value) {
  std::string out;
  append(out, value, false);
  return out;
}

void append_canonical(std::string& out, const Value& value) {
  append(out, value, true);
}

std::string to_canonical(const Value& value) {
  std::string out;
  append_canonical(out, value);
  return out;
}

}  // namespace holdfast::json
