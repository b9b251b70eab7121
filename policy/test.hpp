// One comparison, compiled: the operand checked against the operator and the field, and made ready to
// compare.
#pragma once

#include <cstdint>
#include <vector>

#include "core/json.hpp"
#include "policy/complaint.hpp"
#include "policy/field.hpp"
#include "policy/network.hpp"
#include "policy/operand.hpp"
#include "policy/options.hpp"
#include "policy/regex.hpp"
#include "policy/truth.hpp"

namespace holdfast::policy {

struct CompiledTest {
  std::uint32_t field = 0;  // of the program
  Operator op = Operator::eq;
  bool of_length = false;  // compares the length instead of the value
  Items items = Items::bare;
  Truth absent = Truth::unknown;       // what a missing field makes of it
  std::vector<Scalar> values;          // one, or the list of between, in, not_in
  bool flag = false;                   // of exists
  bool whole_items = false;            // of contains: in a list of ours, each item is one thing
  json::Kind kind = json::Kind::null;  // of type
  Regex regex;                         // of glob and matches
  std::vector<Network> networks;       // of cidr
};

// Everything but field, of_length, items and an absence that was spelled out. The operand must outlive the
// test.
[[nodiscard]] Checked<CompiledTest> compile_test(const Operand& operand, Operator op, Source source,
                                                 FieldType type);

}  // namespace holdfast::policy
