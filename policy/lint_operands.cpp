// Comparisons with what is text and hardly meant so: words that YAML 1.1 reads as something else, `"> 100"`,
// and methods in small letters.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>

#include "policy/lint_parts.hpp"

namespace holdfast::policy {
namespace {

constexpr std::string_view kDigits = "0123456789";

bool all_of(std::string_view text, std::string_view allowed) {
  return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos;
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

// `yes`, `Yes` and `YES`; `yEs` is no word of YAML's either.
bool is_written(std::string_view text, std::string_view word) {
  const bool shouted = std::none_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  return lower(text) == word && (shouted || text.substr(1) == word.substr(1));
}

std::optional<std::string> in_decimal(std::string_view digits, int base) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return std::to_string(value);
}

std::optional<std::string> of_word(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kWords{{
      {"yes", "true"},
      {"no", "false"},
      {"on", "true"},
      {"off", "false"},
      {"true", "true"},
      {"false", "false"},
      {"null", "null"},
      {"~", "null"},
  }};
  for (const auto& [word, meant] : kWords) {
    if (is_written(text, word)) return std::string(meant);
  }
  return std::nullopt;
}

std::optional<std::string> of_number(std::string_view text) {
  const std::string_view bare = text.starts_with('-') || text.starts_with('+') ? text.substr(1) : text;
  const std::string sign = text.starts_with('-') ? "-" : "";
  const auto with_sign = [&](const std::optional<std::string>& digits) {
    return digits ? std::optional(sign + *digits) : std::nullopt;
  };
  if (bare.starts_with("0x") || bare.starts_with("0X")) return with_sign(in_decimal(bare.substr(2), 16));
  if (bare.starts_with("0o")) return with_sign(in_decimal(bare.substr(2), 8));
  if (bare.size() > 1 && bare.front() == '0' && all_of(bare, "01234567"))
    return with_sign(in_decimal(bare, 8));
  if (bare.size() > 1 && kDigits.find(bare.front()) != std::string_view::npos &&
      all_of(bare, "0123456789_") && bare.find('_') != std::string_view::npos && bare.front() != '0') {
    std::string digits(bare);
    std::erase(digits, '_');
    return sign + digits;
  }
  if (text.starts_with('+') && all_of(bare, kDigits) && bare.front() != '0') return std::string(bare);
  if (bare.starts_with('.') && all_of(bare.substr(1), kDigits)) return fmt::format("{}0{}", sign, bare);
  return std::nullopt;
}

// What other readers of YAML take the word for; nothing when they read text, too.
std::optional<std::string> meant_by(std::string_view text) {
  if (auto word = of_word(text)) return word;
  return of_number(text);
}

bool is_no_number(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return text.starts_with('.') && (is_written(text.substr(1), "inf") || is_written(text.substr(1), "nan"));
}

bool compares_values(Operator op) {
  return op == Operator::eq || op == Operator::ne || op == Operator::in || op == Operator::not_in;
}

// `"> 100"`: the operator and the number that were meant.
std::optional<std::pair<std::string_view, std::string_view>> comparison_in(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kSigns{{
      {">=", "gte"},
      {"<=", "lte"},
      {"!=", "ne"},
      {"<>", "ne"},
      {"==", "eq"},
      {"=", "eq"},
      {">", "gt"},
      {"<", "lt"},
      {"=>", "gte"},
  }};
  for (const auto& [sign, op] : kSigns) {
    if (!text.starts_with(sign)) continue;
    std::string_view number = text.substr(sign.size());
    number.remove_prefix(std::min(number.find_first_not_of(' '), number.size()));
    const std::string_view digits = number.substr(number.starts_with('-') ? 1 : 0);
    if (all_of(digits, "0123456789.") && kDigits.find(digits.front()) != std::string_view::npos)
      return std::pair(op, number);
  }
  return std::nullopt;
}

class Operands {
 public:
  Operands(const Directory& directory, LintReport report) : directory_(directory), report_(report) {}

  void look(const LintedCondition& condition) {
    if (condition.when == nullptr) return;
    named_ = &condition;
    const bool one = condition.rule != nullptr && condition.rule->pattern.exact();
    tool_ = one ? directory_.find_tool(condition.rule->pattern.text()) : nullptr;
    each_test(*condition.when, [&](const Test& test) { look(test); });
  }

 private:
  void look(const Test& test) {
    const auto field = parse_field(test.field);
    if (!field || !compares_values(test.op)) return;
    // Where everything is text these words are what they say.
    const bool of_json =
        field->type() == FieldType::json && (tool_ == nullptr || !text_source(*tool_, *field));
    const auto each = [&](const Operand& operand) {
      if (operand.kind != Operand::Kind::string) return;
      if (of_json) value(test, operand);
      if (field->source == Source::method) method(test, operand);
    };
    each(test.operand);
    std::for_each(test.operand.items.begin(), test.operand.items.end(), each);
  }

  void value(const Test& test, const Operand& operand) {
    const std::string& text = operand.text;
    if (const auto meant = comparison_in(text)) {
      return report_.warn(
          operand.at, fmt::format("{}: `{}` is compared with the text `{}`", named_->name, test.field, text),
          fmt::format("write `{}: {{{}: {}}}`", test.field, meant->first, meant->second));
    }
    if (!operand.plain) return;
    const auto meant = meant_by(text);
    if (!meant && !is_no_number(text)) return;
    report_.warn(
        operand.at,
        fmt::format("{}: `{}` is compared with the text `{}`: plain words are what they are in JSON",
                    named_->name, test.field, text),
        meant ? fmt::format("write {}, or '{}' in quotes if the text is meant", *meant, text)
              : fmt::format("JSON has no such number; write '{}' in quotes if the text is meant", text));
  }

  void method(const Test& test, const Operand& operand) {
    std::string capitals = operand.text;
    std::transform(capitals.begin(), capitals.end(), capitals.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    const bool good = all_of(operand.text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-");
    if (good) return;
    const bool spelt = all_of(capitals, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-");
    report_.warn(operand.at,
                 fmt::format("{}: no call has the method `{}`: methods are words in capitals", named_->name,
                             operand.text),
                 spelt ? fmt::format("write `{}: {}`", test.field, capitals) : "such as POST");
  }

  const Directory& directory_;
  LintReport report_;
  const LintedCondition* named_ = nullptr;
  const Tool* tool_ = nullptr;  // the only one it is about, if it is listed
};

}  // namespace

void lint_operands(const Options& options, const std::vector<LintedCondition>& conditions,
                   LintReport report) {
  Operands lints(options.directory, report);
  for (const LintedCondition& condition : conditions)
    lints.look(condition);
}

}  // namespace holdfast::policy
