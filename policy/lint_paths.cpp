// Conditions on `http.path` that spell what they compare with as no path is spelt, or as one of several.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "core/hex.hpp"
#include "policy/lint_parts.hpp"

namespace holdfast::policy {
namespace {

// The operators whose text stands in a path as it is; `matches` has a syntax of its own.
bool takes_part_of_path(Operator op) {
  switch (op) {
    case Operator::eq:
    case Operator::ne:
    case Operator::in:
    case Operator::not_in:
    case Operator::contains:
    case Operator::starts_with:
    case Operator::ends_with:
    case Operator::glob:
      return true;
    case Operator::gt:
    case Operator::gte:
    case Operator::lt:
    case Operator::lte:
    case Operator::between:
    case Operator::matches:
    case Operator::exists:
    case Operator::type:
    case Operator::length:
    case Operator::cidr:
      return false;
  }
  return false;
}

// What the proxy takes in a path as it is (proxy/target.cpp), `/` and `;` aside: a path that holds an escape
// of it is asked about with the character as well.
bool stands_as_it_is(int byte) {
  return byte > 0x20 && byte < 0x7F &&
         std::string_view("\\;\"<>`{}#%/?").find(static_cast<char>(byte)) == std::string_view::npos;
}

// `%7C` at i, as a byte.
std::optional<int> escape_in(std::string_view text, std::size_t i) {
  if (text[i] != '%' || i + 2 >= text.size()) return std::nullopt;
  const int high = hex_value(text[i + 1]), low = hex_value(text[i + 2]);
  return high < 0 || low < 0 ? std::nullopt : std::optional(high * 16 + low);
}

struct Spelling {
  std::string right;   // in which every path that has it is asked about
  bool never = false;  // it has a character that no path holds as it is
};

// Of `;` and `\` there is no spelling that could be told: the first is always unknown, the other refused. A
// `%` that escapes nothing may be a half of what does.
Spelling spelling_of(std::string_view written, bool stars) {
  Spelling out;
  for (std::size_t i = 0; i < written.size(); ++i) {
    const int byte = static_cast<unsigned char>(written[i]);
    if (const auto escaped = escape_in(written, i)) {
      const bool decoded = stands_as_it_is(*escaped) && !(stars && *escaped == '*');
      out.right += decoded ? std::string(1, static_cast<char>(*escaped)) : fmt::format("%{:02X}", *escaped);
      i += 2;
    } else if (stands_as_it_is(byte) ||
               std::string_view("%/;\\").find(written[i]) != std::string_view::npos) {
      out.right += written[i];
    } else {
      out.right += fmt::format("%{:02X}", byte);
      out.never = true;
    }
  }
  return out;
}

void look(const LintedCondition& condition, const Test& test, std::string_view written, LintReport& report) {
  const Spelling spelling = spelling_of(written, test.op == Operator::glob);
  if (spelling.right == written) return;
  if (written.find('?') != std::string_view::npos) {
    report.warn(test.at,
                fmt::format("{}: no path holds `{}`: the query is no part of it", condition.name, written),
                "ask for a parameter as `query.NAME`");
  } else if (spelling.never) {
    report.warn(
        test.at,
        fmt::format("{}: no path holds `{}`: it is asked about as it is escaped", condition.name, written),
        fmt::format("write `{}`", spelling.right));
  } else {
    report.warn(test.at, fmt::format("{}: a path with `{}` has another spelling", condition.name, written),
                fmt::format("write `{}`, of which both are asked", spelling.right));
  }
}

}  // namespace

void lint_paths(const std::vector<LintedCondition>& conditions, LintReport report) {
  for (const LintedCondition& condition : conditions) {
    if (condition.when == nullptr) continue;
    each_test(*condition.when, [&](const Test& test) {
      if (test.field != "http.path" || !takes_part_of_path(test.op)) return;
      if (test.operand.kind == Operand::Kind::string) look(condition, test, test.operand.text, report);
      for (const Operand& item : test.operand.items)
        look(condition, test, item.text, report);
    });
  }
}

}  // namespace holdfast::policy
