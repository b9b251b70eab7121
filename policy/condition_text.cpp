#include "policy/condition_text.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <array>

#include "core/json_text.hpp"
#include "policy/operand.hpp"

namespace holdfast::policy {

std::string to_text(const Operand& operand) {
  switch (operand.kind) {
    case Operand::Kind::null:
      return "null";
    case Operand::Kind::boolean:
      return operand.flag ? "true" : "false";
    case Operand::Kind::number:
      return operand.text;
    case Operand::Kind::string:
      return json::quoted(operand.text);
    case Operand::Kind::list:
      break;
  }
  std::string list = "[";
  for (const Operand& item : operand.items)
    list += (list.size() > 1 ? ", " : "") + to_text(item);
  return list + "]";
}

std::string to_text(const Test& test) {
  std::string text = test.field;
  if (test.items == Items::any_of) text += " any_of_items";
  if (test.items == Items::all) text += " all_items";
  text += fmt::format("{}{}", text.empty() ? "" : " ", to_string(test.op));
  if (test.length_of.empty()) text += " " + to_text(test.operand);
  for (const Test& inner : test.length_of)
    text += " " + to_text(inner);
  if (test.missing) text += fmt::format(" (missing: {})", *test.missing);
  return text;
}

std::string to_text(const TimeWindow& window) {
  constexpr std::array<const char*, 7> kDays = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  std::string days;
  for (std::size_t day = 0; day < kDays.size(); ++day) {
    if ((window.days >> day & 1) != 0) days += fmt::format("{}{}", days.empty() ? "" : ",", kDays.at(day));
  }
  return fmt::format("{} {:%H:%M}-{:%H:%M} {}", window.days == TimeWindow::kEveryDay ? "every day" : days,
                     window.begin, window.end, window.zone);
}

}  // namespace holdfast::policy
