// `when`: combinators, fields and operators. Shapes only; whether a field exists and an operand fits its
// operator is the policy compiler's to say.
#include <fmt/format.h>

#include <array>

#include "config/load.hpp"
#include "config/schema.hpp"
#include "config/sections.hpp"
#include "config/suggest.hpp"

namespace holdfast::config {
namespace {

using policy::Condition;
using policy::Items;
using policy::Operand;
using policy::Operator;
using policy::Test;

constexpr std::array<std::pair<std::string_view, Operator>, 18> kOperators{{
    {"eq", Operator::eq},
    {"ne", Operator::ne},
    {"gt", Operator::gt},
    {"gte", Operator::gte},
    {"lt", Operator::lt},
    {"lte", Operator::lte},
    {"between", Operator::between},
    {"in", Operator::in},
    {"not_in", Operator::not_in},
    {"contains", Operator::contains},
    {"starts_with", Operator::starts_with},
    {"ends_with", Operator::ends_with},
    {"glob", Operator::glob},
    {"matches", Operator::matches},
    {"exists", Operator::exists},
    {"type", Operator::type},
    {"length", Operator::length},
    {"cidr", Operator::cidr},
}};

std::optional<Operator> operator_named(std::string_view name) {
  for (const auto& [known, op] : kOperators) {
    if (known == name) return op;
  }
  return std::nullopt;
}

bool is_empty(const Node& node) {
  return node.kind == Node::Kind::empty || (node.kind == Node::Kind::map && node.members.empty()) ||
         (node.kind == Node::Kind::list && node.items.empty());
}

// Reads the conditions of one `when`; `ok_` turns false with the first problem.
class ConditionReader {
 public:
  ConditionReader(Context* context, std::string name) : context_(context), name_(std::move(name)) {}

  [[nodiscard]] bool ok() const { return ok_; }

  // Every member of the map must hold.
  Condition all_of(const Node& node) {
    Condition condition;
    condition.at = node.at;
    if (node.kind != Node::Kind::map || is_empty(node)) {
      error(node.at,
            fmt::format("`{}` must be a map of conditions, not {}", name_,
                        is_empty(node) ? "empty" : kind_of(node)),
            "such as {args.amount: {gt: 100}}; leave `when` out to match every call");
      return condition;
    }
    for (const Member& member : node.members)
      condition.children.push_back(one(member));
    if (condition.children.size() == 1) return std::move(condition.children.front());
    return condition;
  }

 private:
  void error(const Position& at, std::string message, std::string hint = {}) {
    ok_ = false;
    context_->error(at, std::move(message), std::move(hint));
  }

  Condition one(const Member& member) {
    if (member.key == "all") return list(member, Condition::Kind::all);
    if (member.key == "any") return list(member, Condition::Kind::any);
    if (member.key == "not") {
      Condition condition;
      condition.kind = Condition::Kind::negation;
      condition.at = member.at;
      condition.children.push_back(all_of(member.value));
      return condition;
    }
    if (member.key == "time") return time(member);
    if (const std::string_view meant = combinator_for(member.key); !meant.empty()) {
      error(member.at, fmt::format("`{}` is no field and no combinator", member.key),
            fmt::format("did you mean `{}`?", meant));
      return {};
    }
    return field(member);
  }

  Condition time(const Member& member) {
    Condition condition;
    condition.kind = Condition::Kind::time;
    condition.at = member.at;
    auto window = read_time_window(*context_, member.value, fmt::format("{}.time", name_));
    if (window) {
      condition.time = std::move(*window);
    } else {
      ok_ = false;
    }
    return condition;
  }

  Condition list(const Member& member, Condition::Kind kind) {
    Condition condition;
    condition.kind = kind;
    condition.at = member.at;
    if (member.value.kind != Node::Kind::list || is_empty(member.value)) {
      error(member.value.at, fmt::format("`{}` must be a list of conditions", member.key),
            fmt::format("such as {}: [{{args.amount: {{gt: 100}}}}, {{args.currency: USD}}]", member.key));
      return condition;
    }
    for (const Node& item : member.value.items)
      condition.children.push_back(all_of(item));
    return condition;
  }

  Condition field(const Member& member) {
    std::vector<Test> tests;
    std::optional<bool> missing;
    if (member.value.kind == Node::Kind::map) {
      read_operators(member.key, member.value, Items::bare, tests, missing);
      if (tests.empty() && ok_) {
        error(member.value.at, fmt::format("`{}` has no operator", member.key), "such as {gt: 100}");
      }
    } else {
      tests.push_back(bare(member.value, member.at));
    }
    Condition all;
    all.at = member.at;
    for (Test& test : tests) {
      test.field = member.key;
      test.missing = missing;
      Condition condition;
      condition.kind = Condition::Kind::test;
      condition.at = test.at;
      condition.test = std::move(test);
      all.children.push_back(std::move(condition));
    }
    if (all.children.size() == 1) return std::move(all.children.front());
    return all;
  }

  // A bare scalar is `eq`, a bare list `in`.
  Test bare(const Node& value, const Position& at) {
    Test test;
    test.op = value.kind == Node::Kind::list ? Operator::in : Operator::eq;
    test.operand = operand(value);
    test.at = at;
    return test;
  }

  void read_operators(const std::string& field, const Node& map, Items items, std::vector<Test>& tests,
                      std::optional<bool>& missing) {
    for (const Member& member : map.members) {
      if (member.key == "missing" && items == Items::bare) {
        missing = truth(member);
      } else if (member.key == "any_of_items" || member.key == "all_items") {
        read_items(field, member, items, tests, missing);
      } else if (const auto op = operator_named(member.key)) {
        Test test;
        test.op = *op;
        test.at = member.at;
        test.items = items;
        read_operand(member, test);
        tests.push_back(std::move(test));
      } else {
        not_an_operator(field, member);
      }
    }
  }

  void read_items(const std::string& field, const Member& member, Items outer, std::vector<Test>& tests,
                  std::optional<bool>& missing) {
    if (outer != Items::bare || member.value.kind != Node::Kind::map || is_empty(member.value)) {
      return error(member.at, fmt::format("`{}` must hold operators", member.key),
                   fmt::format("such as {}: {{gt: 100}}", member.key));
    }
    read_operators(field, member.value, member.key == "all_items" ? Items::all : Items::any_of, tests,
                   missing);
  }

  void not_an_operator(const std::string& field, const Member& member) {
    const std::string_view meant = operator_for(member.key);
    std::string hint =
        meant.empty() ? did_you_mean(member.key, operator_words()) : fmt::format("did you mean `{}`?", meant);
    if (hint.empty())
      hint = fmt::format("if it is a member of `{0}`, write `{0}.{1}: ...` in one key", field, member.key);
    error(member.at, fmt::format("`{}` is not an operator", member.key), std::move(hint));
  }

  std::optional<bool> truth(const Member& member) {
    const auto value = context_->scalar(member.value, member.key);
    if (value && value->kind == Scalar::Kind::boolean) return value->flag;
    error(member.value.at, fmt::format("`{}` must be true or false", member.key));
    return std::nullopt;
  }

  void read_operand(const Member& member, Test& test) {
    if (test.op != Operator::length || member.value.kind != Node::Kind::map) {
      test.operand = operand(member.value);
      return;
    }
    for (const Member& inner : member.value.members) {
      const auto op = operator_named(inner.key);
      if (!op || *op == Operator::length) {
        return error(inner.at, fmt::format("`{}` is not an operator for a length", inner.key),
                     "such as length: {gt: 3}");
      }
      Test on_length;
      on_length.op = *op;
      on_length.at = inner.at;
      on_length.operand = operand(inner.value);
      test.length_of.push_back(std::move(on_length));
    }
    if (test.length_of.empty()) error(member.value.at, "`length` is empty", "such as length: {gt: 3}");
  }

  Operand operand(const Node& node) {
    Operand out;
    out.at = node.at;
    if (node.kind == Node::Kind::list) {
      out.kind = Operand::Kind::list;
      for (const Node& item : node.items)
        out.items.push_back(operand(item));
      return out;
    }
    if (node.kind != Node::Kind::scalar) {
      error(node.at, fmt::format("a value to compare with is missing in `{}`", name_),
            node.kind == Node::Kind::map ? "an operator takes a value or a list, not a map" : "");
      return out;
    }
    auto scalar = context_->scalar(node, name_);
    if (!scalar) {
      ok_ = false;
      return out;
    }
    constexpr std::array kKinds{Operand::Kind::null, Operand::Kind::boolean, Operand::Kind::number,
                                Operand::Kind::string};
    out.kind = kKinds[static_cast<std::size_t>(scalar->kind)];
    out.flag = scalar->flag;
    out.plain = node.plain && scalar->text == node.text;
    out.text = std::move(scalar->text);
    return out;
  }

  Context* context_;
  std::string name_;
  bool ok_ = true;
};

}  // namespace

std::vector<std::string> operator_words() {
  std::vector<std::string> words = {"missing", "any_of_items", "all_items"};
  for (const auto& [name, op] : kOperators)
    words.emplace_back(name);
  return words;
}

std::optional<Condition> read_condition(Section& section, std::string_view key) {
  const Node* node = section.take(key, {.kind = Shape::Kind::custom, .schema = schema::condition});
  if (node == nullptr) return std::nullopt;
  ConditionReader reader(&section.context(), section.name_of(key));
  Condition condition = reader.all_of(*node);
  if (!reader.ok()) return std::nullopt;
  return condition;
}

}  // namespace holdfast::config
