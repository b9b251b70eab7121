#include "policy/test.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "policy/suggest.hpp"

namespace holdfast::policy {
namespace {

constexpr std::array<std::string_view, 6> kKinds = {"null", "boolean", "number", "string", "array", "object"};

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
  const Checked<Scalar> written = text(operand, asked);
  if (!written) return tl::unexpected(written.error());
  Checked<Regex> regex =
      asked.op == Operator::glob ? Regex::of_glob(written->text) : Regex::of_pattern(written->text);
  if (!regex) return tl::unexpected(regex.error());
  out.regex = std::move(*regex);
  return {};
}

tl::expected<void, Complaint> read_networks(CompiledTest& out, const Operand& operand, Asked asked) {
  const bool list = operand.kind == Operand::Kind::list;
  auto done = list ? read_list(out, operand, asked, text) : read_one(out, operand, asked, text);
  if (!done) return done;
  for (const Scalar& value : out.values) {
    Checked<Network> network = parse_network(value.text);
    if (!network) return tl::unexpected(network.error());
    out.networks.push_back(*network);
  }
  return {};
}

tl::expected<void, Complaint> read_text(CompiledTest& out, const Operand& operand, Asked asked) {
  return read_one(out, operand, asked, text);
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
      return read_one(out, operand, asked, asked.type == FieldType::json ? scalar : text);
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
  if (asked.type == FieldType::list) {
    if (asked.op == Operator::contains) return std::nullopt;
    return Complaint{fmt::format("`{}` needs a single value, and this field is a list", to_string(asked.op)),
                     "use `contains`, or `length`"};
  }
  switch (asked.op) {
    case Operator::gt:
    case Operator::gte:
    case Operator::lt:
    case Operator::lte:
    case Operator::between:
      if (asked.type != FieldType::text && asked.type != FieldType::boolean) return std::nullopt;
      return Complaint{fmt::format("`{}` compares numbers, and this field is {}", to_string(asked.op),
                                   asked.type == FieldType::text ? "text" : "true or false"),
                       ""};
    case Operator::contains:
    case Operator::starts_with:
    case Operator::ends_with:
    case Operator::glob:
    case Operator::matches:
    case Operator::length:
    case Operator::cidr:
      if (asked.type != FieldType::number && asked.type != FieldType::boolean) return std::nullopt;
      return Complaint{fmt::format("`{}` needs text, and this field is {}", to_string(asked.op),
                                   asked.type == FieldType::number ? "a number" : "true or false"),
                       ""};
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

Checked<CompiledTest> compile_test(const Operand& operand, Operator op, Source source, FieldType type) {
  const Asked asked{op, source, type};
  if (auto complaint = impossible(asked)) return tl::unexpected(std::move(*complaint));
  CompiledTest made;
  made.op = op;
  if (auto done = read_operand(made, operand, asked); !done) return tl::unexpected(done.error());
  made.whole_items = type == FieldType::list;
  made.absent = op == Operator::exists ? truth(!made.flag) : Truth::unknown;
  return made;
}

}  // namespace holdfast::policy
