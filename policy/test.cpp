#include "policy/test.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "policy/suggest.hpp"

namespace holdfast::policy {
namespace {

constexpr std::array<std::string_view, 6> kKinds = {"null", "boolean", "number", "string", "array", "object"};
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

// What is known of the field and the operator while an operand is read.
struct Asked {
  Operator op;
  Source source;
  FieldType type;
};

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

Checked<std::string_view> text(const Operand& operand, Asked asked) {
  if (operand.kind != Operand::Kind::string) return wrong(asked, "text", operand);
  return scalar(operand, asked).map([](const Scalar& made) { return made.text; });
}

// A value to be equal to. Facts have a type that is known here, so a comparison that could only ever be
// unknown is found before it makes a rule useless.
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
  const bool no_level = asked.source == Source::risk_level &&
                        std::find(kRiskLevels.begin(), kRiskLevels.end(), made->text) == kRiskLevels.end();
  if (!no_level) return made;
  const std::string_view near = nearest(made->text, kRiskLevels);
  return complain(
      fmt::format("there is no risk level `{}`", made->text),
      near.empty() ? std::string("low, medium, high or critical") : fmt::format("did you mean `{}`?", near));
}

using Reader = Checked<Scalar> (*)(const Operand&, Asked);

tl::expected<void, Complaint> read_one(CompiledTest& out, const Operand& operand, Asked asked, Reader read) {
  Checked<Scalar> made = read(operand, asked);
  if (!made) return tl::unexpected(made.error());
  out.values.push_back(*made);
  return {};
}

tl::expected<void, Complaint> read_list(CompiledTest& out, const Operand& operand, Asked asked, Reader read) {
  if (operand.kind != Operand::Kind::list) return wrong(asked, "a list", operand);
  if (operand.items.empty()) return complain(fmt::format("the list of `{}` is empty", to_string(asked.op)));
  for (const Operand& item : operand.items) {
    if (auto done = read_one(out, item, asked, read); !done) return done;
  }
  return {};
}

tl::expected<void, Complaint> read_between(CompiledTest& out, const Operand& operand, Asked asked) {
  if (auto done = read_list(out, operand, asked, number); !done) return done;
  if (out.values.size() != 2) return complain("`between` takes two numbers", "between: [10, 20]");
  if (out.values[1].number < out.values[0].number) {
    return complain("the first number of `between` is larger than the second", "between: [10, 20]");
  }
  return {};
}

tl::expected<void, Complaint> read_regex(CompiledTest& out, const Operand& operand, Asked asked) {
  const Checked<std::string_view> written = text(operand, asked);
  if (!written) return tl::unexpected(written.error());
  Checked<Regex> regex = asked.op == Operator::glob ? compile_glob(*written) : compile_regex(*written);
  if (!regex) return tl::unexpected(regex.error());
  out.regex = std::move(*regex);
  return {};
}

Checked<Scalar> text_scalar(const Operand& operand, Asked asked) {
  if (operand.kind != Operand::Kind::string) return wrong(asked, "text", operand);
  return scalar(operand, asked);
}

tl::expected<void, Complaint> read_networks(CompiledTest& out, const Operand& operand, Asked asked) {
  const bool list = operand.kind == Operand::Kind::list;
  auto done = list ? read_list(out, operand, asked, text_scalar) : read_one(out, operand, asked, text_scalar);
  if (!done) return done;
  for (const Scalar& value : out.values) {
    Checked<Network> network = parse_network(value.text);
    if (!network) return tl::unexpected(network.error());
    out.networks.push_back(*network);
  }
  return {};
}

tl::expected<void, Complaint> read_text(CompiledTest& out, const Operand& operand, Asked asked) {
  return read_one(out, operand, asked, text_scalar);
}

tl::expected<void, Complaint> read_flag(CompiledTest& out, const Operand& operand, Asked asked) {
  if (operand.kind != Operand::Kind::boolean) return wrong(asked, "true or false", operand);
  out.flag = operand.flag;
  return {};
}

tl::expected<void, Complaint> read_kind(CompiledTest& out, const Operand& operand) {
  // Unquoted, YAML's null is the type's name too.
  const std::string_view name = operand.kind == Operand::Kind::null ? "null" : std::string_view(operand.text);
  const auto found = std::find(kKinds.begin(), kKinds.end(), name);
  if (found == kKinds.end() || operand.kind == Operand::Kind::list) {
    const std::string_view near = nearest(name, kKinds);
    return complain(fmt::format("`{}` is not a type", name),
                    near.empty() ? fmt::format("one of {}", fmt::join(kKinds, ", "))
                                 : fmt::format("did you mean `{}`?", near));
  }
  out.kind = static_cast<json::Kind>(found - kKinds.begin());
  return {};
}

tl::expected<void, Complaint> read_operand(CompiledTest& out, const Operand& operand, Asked asked) {
  switch (asked.op) {
    case Operator::eq:
    case Operator::ne:
      if (operand.kind == Operand::Kind::list) {
        return complain(fmt::format("`{}` takes a single value, not a list", to_string(asked.op)),
                        asked.op == Operator::eq ? "write `in` for one of several"
                                                 : "write `not_in` for none of several");
      }
      return read_one(out, operand, asked, comparable);
    case Operator::in:
    case Operator::not_in:
      return read_list(out, operand, asked, comparable);
    case Operator::gt:
    case Operator::gte:
    case Operator::lt:
    case Operator::lte:
      return read_one(out, operand, asked, number);
    case Operator::between:
      return read_between(out, operand, asked);
    case Operator::contains:
      return read_one(out, operand, asked, asked.type == FieldType::json ? scalar : text_scalar);
    case Operator::starts_with:
    case Operator::ends_with:
      return read_text(out, operand, asked);
    case Operator::glob:
    case Operator::matches:
      return read_regex(out, operand, asked);
    case Operator::exists:
      return read_flag(out, operand, asked);
    case Operator::type:
      return read_kind(out, operand);
    case Operator::cidr:
      return read_networks(out, operand, asked);
    case Operator::length:
      return complain("`length` takes a number or comparisons", "length: {gt: 3}");
  }
  return complain("unknown operator");
}

// Operators that need one type, on a fact that has another, could only ever be unknown.
std::optional<Complaint> impossible(Asked asked) {
  switch (asked.op) {
    case Operator::gt:
    case Operator::gte:
    case Operator::lt:
    case Operator::lte:
    case Operator::between:
      if (asked.type != FieldType::text) return std::nullopt;
      return Complaint{fmt::format("`{}` compares numbers, and this field is text", to_string(asked.op)), ""};
    case Operator::contains:
    case Operator::starts_with:
    case Operator::ends_with:
    case Operator::glob:
    case Operator::matches:
    case Operator::length:
    case Operator::cidr:
      if (asked.type != FieldType::number) return std::nullopt;
      return Complaint{fmt::format("`{}` needs text, and this field is a number", to_string(asked.op)), ""};
    case Operator::eq:
    case Operator::ne:
    case Operator::in:
    case Operator::not_in:
    case Operator::exists:
    case Operator::type:
      return std::nullopt;
  }
  return std::nullopt;
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

Checked<CompiledTest> compile_test(const Operand& operand, Operator op, Source source, FieldType type) {
  const Asked asked{op, source, type};
  if (auto complaint = impossible(asked)) return tl::unexpected(std::move(*complaint));
  CompiledTest made;
  made.op = op;
  if (auto done = read_operand(made, operand, asked); !done) return tl::unexpected(done.error());
  made.absent = op == Operator::exists ? truth(!made.flag) : Truth::unknown;
  return made;
}

}  // namespace holdfast::policy
