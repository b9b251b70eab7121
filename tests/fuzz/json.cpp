// The strict JSON reader against a plain one: both take the same texts and see the same values, and what is
// written back reads the same again.
#include "core/json.hpp"

#include <algorithm>

#include "core/json_text.hpp"
#include "tests/fuzz/claim.hpp"
#include "tests/fuzz/reference_json.hpp"

namespace holdfast::fuzz {
namespace {

constexpr std::size_t kDepth = 12;  // few enough that the search finds the edge

// Boost.JSON refuses exponents that an int does not hold. RFC 8259 §9 lets a reader set such limits.
bool over_the_limit(const Json& value) {
  if (value.kind == Json::Kind::number) {
    const std::size_t e = value.text.find_first_of("eE");
    const std::size_t digits = e == std::string::npos ? e : value.text.find_first_not_of("+-0", e + 1);
    return digits != std::string::npos && value.text.size() - digits > 9;
  }
  return std::any_of(value.items.begin(), value.items.end(), over_the_limit) ||
         std::any_of(value.members.begin(), value.members.end(),
                     [](const JsonMember& member) { return over_the_limit(member.value); });
}

void compare(const json::Value& ours, const Json& reference) {
  claim(static_cast<int>(ours.kind()) == static_cast<int>(reference.kind), "both see the same kind of value");
  switch (ours.kind()) {
    case json::Kind::null:
      break;
    case json::Kind::boolean:
      claim(ours.boolean() == reference.flag, "both see the same boolean");
      break;
    case json::Kind::number:
    case json::Kind::string:
      claim_equal(ours.text(), reference.text, "both see the same text");
      break;
    case json::Kind::array:
      claim(ours.items().size() == reference.items.size(), "both see as many items");
      for (std::size_t i = 0; i < reference.items.size(); ++i)
        compare(ours.items()[i], reference.items[i]);
      break;
    case json::Kind::object:
      claim(ours.members().size() == reference.members.size(), "both see as many members");
      for (std::size_t i = 0; i < reference.members.size(); ++i) {
        claim_equal(ours.members()[i].name, reference.members[i].name, "both see the same name");
        compare(ours.members()[i].value, reference.members[i].value);
      }
      break;
  }
}

// RFC 8785 §3.2.3 to the letter: names ordered by their UTF-16 units.
std::u16string utf16(std::string_view text) {
  std::u16string out;
  const auto points = code_points(text);
  for (const char32_t point : points.value()) {
    if (point >= 0x10000) {
      out += static_cast<char16_t>(0xD800 + (point - 0x10000) / 0x400);
      out += static_cast<char16_t>(0xDC00 + (point - 0x10000) % 0x400);
    } else {
      out += static_cast<char16_t>(point);
    }
  }
  return out;
}

void sort_members(Json& value) {
  for (Json& item : value.items)
    sort_members(item);
  for (auto& [name, member] : value.members)
    sort_members(member);
  std::sort(value.members.begin(), value.members.end(),
            [](const auto& a, const auto& b) { return utf16(a.name) < utf16(b.name); });
}

void check_written(const json::Value& root, Json reference) {
  const json::Limits limits{1 << 20, kDepth};
  const std::string text = json::to_text(root);
  const auto again = json::parse(text, limits);
  claim(again.has_value(), "what we write we read", text);
  compare(again->root(), reference);
  claim_equal(json::to_text(again->root()), text, "writing is a fixed point");

  const std::string canonical = json::to_canonical(root);
  const auto sorted = json::parse(canonical, limits);
  claim(sorted.has_value(), "the canonical text is JSON", canonical);
  sort_members(reference);
  compare(sorted->root(), reference);
  claim_equal(json::to_canonical(sorted->root()), canonical, "the canonical text is a fixed point");
}

}  // namespace
}  // namespace holdfast::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast;
  const std::string_view text = fuzz::text_of(data, size);
  const auto ours = json::parse(text, {1 << 20, fuzz::kDepth});
  auto reference = fuzz::read_json(text, {fuzz::kDepth, false});
  const bool limited = !ours && reference && fuzz::over_the_limit(*reference);
  fuzz::claim(ours.has_value() == reference.has_value() || limited, "both take the text or both refuse it",
              text, ours ? "taken" : ours.error().detail);
  const auto in_place = json::parse_in_place(text, {1 << 20, fuzz::kDepth});
  fuzz::claim(in_place.has_value() == ours.has_value(), "in place as with a copy", text);
  if (!ours) fuzz::claim_equal(in_place.error().detail, ours.error().detail, "and for the same reason");
  if (ours) {
    fuzz::compare(ours->root(), *reference);
    fuzz::compare(in_place->root(), *reference);
    fuzz::check_written(ours->root(), std::move(*reference));
  }
  const bool is_utf8 = fuzz::code_points(text).has_value();
  const std::string repaired = json::to_utf8(text);
  fuzz::claim((repaired == text) == is_utf8, "to_utf8 leaves UTF-8 alone, and nothing else", text);
  fuzz::claim(fuzz::code_points(repaired).has_value(), "to_utf8 makes UTF-8", text);
  return 0;
}
