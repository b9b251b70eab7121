#include "proxy/summary.hpp"

#include <fmt/format.h>

#include "core/json_text.hpp"
#include "core/json_visible.hpp"
#include "policy/resolve.hpp"

namespace holdfast::proxy {
namespace {

using json::Kind;
using policy::Found;

constexpr std::size_t kLongestValue = 200;  // bytes of one value, before it is escaped
constexpr std::string_view kMore = "...";

// A value's beginning: whole characters.
std::string_view beginning(std::string_view text) {
  if (text.size() <= kLongestValue) return text;
  std::size_t end = kLongestValue;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
    --end;
  return text.substr(0, end);
}

void append_value(std::string& out, const json::Value& value) {
  switch (value.kind()) {
    case Kind::string: {
      const std::string_view shown = beginning(value.text());
      json::append_visible(out, shown);
      if (shown.size() < value.text().size()) out += kMore;
      return;
    }
    case Kind::number: {
      const std::string_view shown = beginning(value.text());
      out.append(shown).append(shown.size() < value.text().size() ? kMore : "");
      return;
    }
    case Kind::array:
      out += fmt::format("[{} items]", value.items().size());
      return;
    case Kind::object:
      out += fmt::format("{{{} members}}", value.members().size());
      return;
    case Kind::null:
    case Kind::boolean:
      out += json::to_text(value);
      return;
  }
}

void append_found(std::string& out, const Found& found) {
  switch (found.state) {
    case Found::State::present:
      return append_value(out, found.value);
    case Found::State::count:
      out += std::to_string(found.value.items().size());
      return;
    case Found::State::missing:
      out += "(missing)";
      return;
    case Found::State::unknown:
      out += "(unclear)";
      return;
  }
}

}  // namespace

Result<std::vector<SummaryPart>> parse_summary(std::string_view written) {
  std::vector<SummaryPart> parts;
  while (true) {
    const std::size_t brace = written.find_first_of("{}");
    parts.push_back({std::string(written.substr(0, brace)), {}});
    if (brace == std::string_view::npos) return parts;
    const std::size_t close = written.find('}', brace);
    if (written[brace] == '}' || close == std::string_view::npos)
      return fail(Code::malformed, "has a brace without its other one");
    const std::string_view name = written.substr(brace + 1, close - brace - 1);
    auto field = policy::parse_field(name);
    if (!field) return fail(Code::malformed, fmt::format("names no field: {}", field.error().message));
    if (field->next_each(0) < field->steps.size())
      return fail(Code::malformed, fmt::format("shows `{}`, which is many values", name));
    parts.back().field = std::move(*field);
    written.remove_prefix(close + 1);
  }
}

std::string summarise(std::string_view written, const Call& call, RiskLevel risk) {
  const auto parts = parse_summary(written);
  std::string out;
  if (written.empty() || !parts) return out;
  for (const SummaryPart& part : *parts) {
    out += json::to_utf8(part.text);
    if (part.field) append_found(out, policy::resolve(*part.field, call, risk));
  }
  if (out.size() <= kLongestSummary) return out;
  std::size_t end = kLongestSummary - kMore.size();
  while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0U) == 0x80U)
    --end;
  return out.substr(0, end).append(kMore);
}

}  // namespace holdfast::proxy
