#include "policy/compile.hpp"

#include <fmt/format.h>

#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/operators.hpp"
#include "policy/suggest.hpp"

namespace holdfast::policy {
namespace {

bool is_always_true(const Condition& condition) {
  return condition.kind == Condition::Kind::all && condition.children.empty();
}

// What can be asked of a length.
bool compares_numbers(Operator op) {
  switch (op) {
    case Operator::eq:
    case Operator::ne:
    case Operator::gt:
    case Operator::gte:
    case Operator::lt:
    case Operator::lte:
    case Operator::between:
    case Operator::in:
    case Operator::not_in:
      return true;
    case Operator::contains:
    case Operator::starts_with:
    case Operator::ends_with:
    case Operator::glob:
    case Operator::matches:
    case Operator::exists:
    case Operator::type:
    case Operator::length:
    case Operator::cidr:
      return false;
  }
  return false;
}

const Position& place(const Test& test) {
  return test.operand.at.line > 0 ? test.operand.at : test.at;
}

}  // namespace

std::optional<std::uint32_t> Compiler::add(const Condition& root) {
  if (is_always_true(root)) return std::nullopt;
  const auto begin = static_cast<std::uint32_t>(program_.nodes.size());
  condition(root, 1);
  return begin;
}

void Compiler::refuse_hint(const Rule& rule) {
  const Test* hint = take_hint();
  if (hint == nullptr) return;
  const bool of_agent = hint->field.starts_with("context.");
  error(
      hint->at,
      fmt::format("rule `{}` allows on `{}`, which is only a hint: {}", rule.id, hint->field,
                  of_agent ? "the agent claims it about itself" : "the server claims it about its own tool"),
      "escalate or deny on a hint, and allow on what Holdfast itself knows");
}

void Compiler::condition(const Condition& condition, int depth) {
  if (depth > kMaxNesting) {
    error(condition.at, fmt::format("conditions are nested deeper than {}", kMaxNesting));
    return;
  }
  switch (condition.kind) {
    case Condition::Kind::all:
      same_item(condition);
      children(condition, Node::Kind::all, depth);
      return;
    case Condition::Kind::any:
      // Nothing to choose from would be false, which is never what the author meant.
      if (condition.children.empty()) error(condition.at, "`any` has no conditions");
      children(condition, Node::Kind::any, depth);
      return;
    case Condition::Kind::negation:
      if (condition.children.size() != 1) error(condition.at, "`not` takes one condition");
      children(condition, Node::Kind::negation, depth);
      return;
    case Condition::Kind::test:
      test(condition.test);
      return;
    case Condition::Kind::time:
      time(condition.time);
      return;
  }
}

// Each test looks for an item of its own, so what reads like one item that meets both would be two that meet
// one each, and an allow would be wider than it looks.
void Compiler::same_item(const Condition& all) {
  std::set<std::string_view> fields;
  for (const Condition& child : all.children) {
    if (child.kind != Condition::Kind::test || child.test.items != Items::any_of) continue;
    if (fields.insert(child.test.field).second) continue;
    error(child.test.at,
          fmt::format("two `any_of_items` on `{}` could each be met by another item", child.test.field),
          "use `between`, or one operator");
  }
}

void Compiler::children(const Condition& parent, Node::Kind kind, int depth) {
  const std::size_t at = program_.nodes.size();
  program_.nodes.push_back({kind, 0, 0});
  for (const Condition& child : parent.children)
    condition(child, depth + 1);
  program_.nodes[at].end = static_cast<std::uint32_t>(program_.nodes.size());
}

void Compiler::time(const TimeWindow& window) {
  const auto begin = static_cast<std::uint32_t>(program_.nodes.size());
  program_.nodes.push_back(
      {Node::Kind::time, static_cast<std::uint32_t>(program_.windows.size()), begin + 1});
  program_.windows.push_back(window);
}

void Compiler::test(const Test& test) {
  const std::optional<std::uint32_t> asked = field(test);
  if (!asked) return;
  if (test.op == Operator::length) {
    length(test, *asked);
  } else {
    finish(test, *asked, nullptr);
  }
}

// `length: {gt: 3, lt: 9}` becomes all of its tests, each on the length; `length: 3` the one that it equals.
void Compiler::length(const Test& written, std::uint32_t field) {
  if (written.length_of.empty() && written.operand.kind != Operand::Kind::number) {
    return error(place(written), "`length` takes a number or comparisons", "length: {gt: 3}");
  }
  if (written.items == Items::any_of && written.length_of.size() > 1) {  // as in same_item()
    return error(place(written),
                 fmt::format("two comparisons of a length under `any_of_items` on `{}` could each be met by "
                             "another item",
                             written.field),
                 "use `between`, or one comparison");
  }
  const std::size_t at = program_.nodes.size();
  program_.nodes.push_back({Node::Kind::all, 0, 0});
  if (written.length_of.empty()) finish(written, field, &written);
  for (const Test& inner : written.length_of) {
    if (compares_numbers(inner.op)) {
      finish(inner, field, &written);
    } else {
      error(inner.at, fmt::format("`{}` cannot be asked of a length", to_string(inner.op)),
            "length: {gt: 3}");
    }
  }
  program_.nodes[at].end = static_cast<std::uint32_t>(program_.nodes.size());
}

void Compiler::finish(const Test& test, std::uint32_t field, const Test* of_length) {
  const FieldPath& path = program_.fields[field];
  // A length is a number whatever the field is.
  const Operator op = of_length == &test ? Operator::eq : test.op;
  const FieldType type = of_length != nullptr ? FieldType::number : path.type();
  if (of_length != nullptr && path.type() == FieldType::number) {
    return error(of_length->at, "`length` needs text, and this field is a number");
  }
  if (of_length != nullptr && path.type() == FieldType::boolean) {
    return error(of_length->at, "`length` needs text, and this field is true or false");
  }
  Checked<CompiledTest> made =
      compile_test(test.operand, op, of_length != nullptr ? Source::args : path.source, type);
  if (!made) return error(place(test), made.error().message, made.error().hint);
  made->field = field;
  made->of_length = of_length != nullptr;
  made->items = of_length != nullptr ? of_length->items : test.items;
  const std::optional<bool> missing =
      test.missing || of_length == nullptr ? test.missing : of_length->missing;
  if (missing) made->absent = truth(*missing);
  const auto begin = static_cast<std::uint32_t>(program_.nodes.size());
  program_.nodes.push_back({Node::Kind::test, static_cast<std::uint32_t>(program_.tests.size()), begin + 1});
  program_.tests.push_back(std::move(*made));
}

// `any_of_items` on a field without `[*]` means its items: `args.tags: {any_of_items: {eq: urgent}}`.
std::optional<std::uint32_t> Compiler::field(const Test& test) {
  Checked<FieldPath> path = parse_field(test.field);
  if (!path) {
    error(test.at, path.error().message, path.error().hint);
    return std::nullopt;
  }
  std::string key = test.field;
  if (test.items != Items::bare && path->next_each(0) == path->steps.size()) {
    if (!path->in_document()) {
      error(test.at, fmt::format("`{}` is a single value and has no items", test.field));
      return std::nullopt;
    }
    path->steps.back().kind = Step::Kind::member;
    path->steps.push_back({Step::Kind::each, {}});
    key += "[*]";
  }
  if (path->source == Source::env && !find_value(test, *path)) return std::nullopt;
  if (path->is_hint() && hint_ == nullptr) hint_ = &test;
  return keep(key, std::move(*path));
}

std::uint32_t Compiler::keep(const std::string& key, FieldPath path) {
  // What the agent has seen when its body has come: or it could open a call, read, and put that into it.
  reads_document_ = reads_document_ || path.in_body() || path.source == Source::labels_seen;
  reads_parameters_ =
      reads_parameters_ || path.source == Source::query || path.source == Source::path_parameter;
  reads_call_ = reads_call_ || !precedes_calls(path.source);
  const auto [known, added] =
      known_fields_.try_emplace(key, static_cast<std::uint32_t>(program_.fields.size()));
  if (added) program_.fields.push_back(std::move(path));
  return known->second;
}

std::optional<std::uint32_t> Compiler::add_amount(const std::string& text, const Position& at) {
  Checked<FieldPath> path = parse_field(text);
  if (!path) {
    error(at, path.error().message, path.error().hint);
    return std::nullopt;
  }
  const bool one_value = path->in_body() && path->next_each(0) == path->steps.size();
  if (!one_value) {
    error(at, fmt::format("`{}` is no single value of the call's arguments or body", text),
          "such as `sum: args.amount`");
    return std::nullopt;
  }
  return keep(text, std::move(*path));
}

// The value is a constant of the policy, so what could never be compared with it is found here.
bool Compiler::find_value(const Test& test, FieldPath& path) {
  const auto declared = options_.env.find(path.name.text());
  if (declared == options_.env.end()) {
    std::vector<std::string_view> names;
    for (const auto& [name, value] : options_.env)
      names.push_back(name);
    const std::string_view near = nearest(path.name.text(), names);
    error(test.at, fmt::format("`{}` is not declared under `env`", test.field),
          near.empty() ? fmt::format("write `env: {{{0}: \"${{{0}}}\"}}`", path.name.text())
                       : fmt::format("did you mean `env.{}`?", near));
    return false;
  }
  path.value = declared->second;
  if (is_certain(json::Value::make_string(path.value))) return true;
  error(test.at, fmt::format("the value of `{}` is not text in Unicode's normal form C", test.field));
  return false;
}

void Compiler::error(const Position& at, std::string message, std::string hint) {
  problems_.push_back({Severity::error, at, std::move(message), std::move(hint)});
}

}  // namespace holdfast::policy
