#include "policy/operand.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "policy/suggest.hpp"

namespace holdfast::policy {
namespace {

constexpr std::array<std::string_view, 4> kRiskLevels = {"low", "medium", "high", "critical"};

std::string_view to_string(Operand::Kind kind) {
  switch (kind) {
    case Operand::Kind::null:
      return "null";
    case Operand::Kind::boolean:
      return "a boolean";
    case Operand::Kind::number:
      return "a number";
    case Operand::Kind::string:
      return "text";
    case Operand::Kind::list:
      return "a list";
  }
  return "";
}

}  // namespace

std::string_view to_string(Operator op) {
  switch (op) {
    case Operator::eq:
      return "eq";
    case Operator::ne:
      return "ne";
    case Operator::gt:
      return "gt";
    case Operator::gte:
      return "gte";
    case Operator::lt:
      return "lt";
    case Operator::lte:
      return "lte";
    case Operator::between:
      return "between";
    case Operator::in:
      return "in";
    case Operator::not_in:
      return "not_in";
    case Operator::contains:
      return "contains";
    case Operator::starts_with:
      return "starts_with";
    case Operator::ends_with:
      return "ends_with";
    case Operator::glob:
      return "glob";
    case Operator::matches:
      return "matches";
    case Operator::exists:
      return "exists";
    case Operator::type:
      return "type";
    case Operator::length:
      return "length";
    case Operator::cidr:
      return "cidr";
  }
  return "";
}

tl::unexpected<Complaint> wrong(Asked asked, std::string_view wanted, const Operand& operand) {
  const bool quoted =
      wanted == "a number" && operand.kind == Operand::Kind::string && Decimal::parse(operand.text);
  return complain(fmt::format("`{}` takes {}, not {}", to_string(asked.op), wanted, to_string(operand.kind)),
                  quoted ? fmt::format("write {} without quotes", operand.text) : std::string());
}

Checked<Scalar> scalar(const Operand& operand, Asked asked) {
  Scalar made;
  made.flag = operand.flag;
  made.text = operand.text;
  switch (operand.kind) {
    case Operand::Kind::null:
      return made;
    case Operand::Kind::boolean:
      made.kind = json::Kind::boolean;
      return made;
    case Operand::Kind::number: {
      made.kind = json::Kind::number;
      const std::optional<Decimal> number = Decimal::parse(operand.text);
      if (!number) return complain("the number has more than 400 digits or an exponent beyond 400");
      made.number = *number;
      return made;
    }
    case Operand::Kind::string:
      made.kind = json::Kind::string;
      if (is_nfc(operand.text)) return made;
      return complain("the text is not in Unicode normal form C and can never be equal to anything",
                      "save the file in normal form C (NFC)");
    case Operand::Kind::list:
      return wrong(asked, "a single value", operand);
  }
  return wrong(asked, "a single value", operand);
}

Checked<Scalar> number(const Operand& operand, Asked asked) {
  if (operand.kind != Operand::Kind::number) return wrong(asked, "a number", operand);
  return scalar(operand, asked);
}

Checked<Scalar> text(const Operand& operand, Asked asked) {
  if (operand.kind != Operand::Kind::string) return wrong(asked, "text", operand);
  return scalar(operand, asked);
}

Checked<Scalar> comparable(const Operand& operand, Asked asked) {
  Checked<Scalar> made = scalar(operand, asked);
  if (!made) return made;
  if (asked.type == FieldType::text && made->kind != json::Kind::string) {
    return complain(
        fmt::format("the field is text and is compared with {}", to_string(operand.kind)),
        operand.kind == Operand::Kind::number ? fmt::format("write \"{}\"", operand.text) : std::string());
  }
  if (asked.type == FieldType::number && made->kind != json::Kind::number) {
    return complain(fmt::format("the field is a number and is compared with {}", to_string(operand.kind)));
  }
  if (asked.type == FieldType::boolean && made->kind != json::Kind::boolean) {
    return complain(
        fmt::format("the field is true or false and is compared with {}", to_string(operand.kind)));
  }
  const bool no_level = asked.source == Source::risk_level &&
                        std::find(kRiskLevels.begin(), kRiskLevels.end(), made->text) == kRiskLevels.end();
  if (!no_level) return made;
  const std::string_view near = nearest(made->text, kRiskLevels);
  return complain(
      fmt::format("there is no risk level `{}`", made->text),
      near.empty() ? std::string("low, medium, high or critical") : fmt::format("did you mean `{}`?", near));
}

}  // namespace holdfast::policy
