// What a rule compares with, read for an operator and a field: the wrong type is found here, with what to
// write instead.
#pragma once

#include <string_view>

#include "core/json.hpp"
#include "policy/complaint.hpp"
#include "policy/decimal.hpp"
#include "policy/field.hpp"
#include "policy/options.hpp"

namespace holdfast::policy {

// An operand that is no list. Its text belongs to the Options it was made from.
struct Scalar {
  json::Kind kind = json::Kind::null;
  bool flag = false;
  std::string_view text;
  Decimal number;
};

// What is known of the field and the operator while an operand is read.
struct Asked {
  Operator op;
  Source source;
  FieldType type;
};

[[nodiscard]] std::string_view to_string(Operator op);

// The complaint that the operator wants something else than this operand.
[[nodiscard]] tl::unexpected<Complaint> wrong(Asked asked, std::string_view wanted, const Operand& operand);

// Anything but a list; a number; text in normal form C.
[[nodiscard]] Checked<Scalar> scalar(const Operand& operand, Asked asked);
[[nodiscard]] Checked<Scalar> number(const Operand& operand, Asked asked);
[[nodiscard]] Checked<Scalar> text(const Operand& operand, Asked asked);
// A value to be equal to. Facts have a type that is known here, so a comparison that could only ever be
// unknown is found before it makes a rule useless.
[[nodiscard]] Checked<Scalar> comparable(const Operand& operand, Asked asked);

}  // namespace holdfast::policy
