// What conditions say of a call, to the second judge.
#include "tests/fuzz/reference_policy.hpp"

#include <algorithm>
#include <compare>
#include <cstdlib>
#include <set>

#include "tests/fuzz/lenient_rpc.hpp"
#include "tests/fuzz/reference_decimal.hpp"

namespace holdfast::fuzz {
namespace {

using policy::Condition;
using policy::Items;
using policy::Operand;
using policy::Operator;
using policy::Test;

// true, false, or nothing: unknown.
using Says = std::optional<bool>;
constexpr Says kUnknown = std::nullopt;

Says negated(Says says) {
  return says ? Says(!*says) : says;
}
Says all_of(const std::vector<Says>& says) {
  if (std::find(says.begin(), says.end(), Says(false)) != says.end()) return false;
  if (std::find(says.begin(), says.end(), kUnknown) != says.end()) return kUnknown;
  return true;
}
Says any_of(std::vector<Says> says) {
  for (Says& one : says)
    one = negated(one);
  return negated(all_of(says));
}

// "A string that is not NFC" as far as this target writes any: a letter with a combining mark of its own.
bool is_certain(const Json& value) {
  if (value.kind == Json::Kind::number) return write_out(value.text).has_value();
  if (value.kind != Json::Kind::string) return true;
  const auto points = code_points(value.text);
  return points &&
         std::none_of(points->begin(), points->end(), [](char32_t p) { return p >= 0x300 && p < 0x370; });
}

// Against a number of the policy, as it is written and as what JavaScript reads: what these disagree on is
// unknown.
template <class Holds>
Says number_says(const Json& value, const Operand& wanted, const Holds& holds) {
  if (value.kind != Json::Kind::number || !is_certain(value)) return kUnknown;
  const double read = std::strtod(value.text.c_str(), nullptr);
  const double limit = std::strtod(wanted.text.c_str(), nullptr);
  const bool as_written = holds(compare(*write_out(value.text), *write_out(wanted.text)));
  return as_written == holds(std::partial_ordering(read <=> limit)) ? Says(as_written) : kUnknown;
}

Says equals(const Json& value, const Operand& wanted) {
  if (!is_certain(value) || value.kind == Json::Kind::array || value.kind == Json::Kind::object)
    return kUnknown;
  if (static_cast<int>(value.kind) != static_cast<int>(wanted.kind)) return kUnknown;
  if (value.kind == Json::Kind::boolean) return value.flag == wanted.flag;
  if (value.kind == Json::Kind::string) return value.text == wanted.text;
  if (value.kind == Json::Kind::null) return true;
  return number_says(value, wanted, [](auto found) { return found == 0; });
}

Says is_in(const Json& value, const Operand& wanted) {
  std::vector<Says> each;
  for (const Operand& item : wanted.items)
    each.push_back(equals(value, item));
  return any_of(each);
}

Says contains(const Json& value, const Operand& wanted) {
  if (value.kind == Json::Kind::string && wanted.kind == Operand::Kind::string)
    return value.text.find(wanted.text) != std::string::npos;
  if (value.kind != Json::Kind::array) return kUnknown;
  std::vector<Says> each;
  for (const Json& item : value.items)
    each.push_back(equals(item, wanted));
  const bool text = wanted.kind == Operand::Kind::string && !each.empty();
  for (const std::string& all : {joined(value, ""), joined(value, " ")})
    if (text && all.find(wanted.text) != std::string::npos) each.push_back(kUnknown);
  return any_of(each);
}

Says ask_length(const Test& test, const Json& value);

Says ask(const Test& test, const Json& value) {
  if (!is_certain(value)) return kUnknown;
  const bool text = value.kind == Json::Kind::string;
  const auto number = [&](auto holds) { return number_says(value, test.operand, holds); };
  switch (test.op) {
    case Operator::eq:
      return equals(value, test.operand);
    case Operator::ne:
      return negated(equals(value, test.operand));
    case Operator::in:
      return is_in(value, test.operand);
    case Operator::not_in:
      return negated(is_in(value, test.operand));
    case Operator::gt:
      return number([](auto found) { return found > 0; });
    case Operator::gte:
      return number([](auto found) { return found >= 0; });
    case Operator::lt:
      return number([](auto found) { return found < 0; });
    case Operator::lte:
      return number([](auto found) { return found <= 0; });
    case Operator::between:
      return all_of({number_says(value, test.operand.items[0], [](auto found) { return found >= 0; }),
                     number_says(value, test.operand.items[1], [](auto found) { return found <= 0; })});
    case Operator::contains:
      return contains(value, test.operand);
    case Operator::starts_with:
      return text ? Says(value.text.starts_with(test.operand.text)) : kUnknown;
    case Operator::ends_with:
      return text ? Says(value.text.ends_with(test.operand.text)) : kUnknown;
    case Operator::exists:
      return test.operand.flag;
    case Operator::type: {
      const std::vector<std::string> kinds = {"null", "boolean", "number", "string", "array", "object"};
      return kinds[static_cast<std::size_t>(value.kind)] == test.operand.text;
    }
    case Operator::length:
      return ask_length(test, value);
    case Operator::glob:
    case Operator::matches:
    case Operator::cidr:
      break;
  }
  return kUnknown;
}

Says ask_length(const Test& test, const Json& value) {
  Json count;
  count.kind = Json::Kind::number;
  if (value.kind == Json::Kind::string) {
    count.text = std::to_string(code_points(value.text)->size());
  } else if (value.kind == Json::Kind::array) {
    count.text = std::to_string(value.items.size());
  } else if (value.kind == Json::Kind::object) {
    std::set<std::string> names;
    for (const auto& member : value.members)
      names.insert(careless(member.name));
    if (names.size() != value.members.size()) return kUnknown;
    count.text = std::to_string(names.size());
  } else {
    return kUnknown;
  }
  std::vector<Says> each;
  for (const Test& inner : test.length_of)
    each.push_back(ask(inner, count));
  return all_of(each);
}

Says when_missing(const Test& test) {
  if (test.missing) return *test.missing;
  return test.op == Operator::exists ? Says(!test.operand.flag) : kUnknown;
}

Says combine(const Test& test, const std::vector<Says>& items) {
  if (test.items == Items::any_of) return any_of(items);
  if (test.items == Items::all) return all_of(items);
  if (items.empty()) return kUnknown;
  const bool same = std::all_of(items.begin(), items.end(), [&](Says says) { return says == items.front(); });
  return same ? items.front() : kUnknown;
}

// The members that a reader may take for this name.
Says follow(const Test& test, const Json& at, std::vector<std::string> path) {
  if (path.empty()) return ask(test, at);
  const std::string step = path.front();
  path.erase(path.begin());
  if (step == "[*]") {
    if (at.kind != Json::Kind::array) return kUnknown;
    std::vector<Says> each;
    for (const Json& item : at.items)
      each.push_back(follow(test, item, path));
    return combine(test, each);
  }
  if (step == "length" && path.empty() && at.kind == Json::Kind::array) {
    Json count;
    count.kind = Json::Kind::number;
    count.text = std::to_string(at.items.size());
    return ask(test, count);
  }
  if (at.kind != Json::Kind::object) return kUnknown;
  for (const auto& member : at.members) {
    if (member.name != step && careless(member.name) == careless(step)) return kUnknown;
  }
  const Json* member = at.find(step);
  return member == nullptr ? when_missing(test) : follow(test, *member, path);
}

// `items[*].a` as items, [*], a.
std::vector<std::string> steps_of(const Test& test) {
  std::vector<std::string> steps;
  std::string rest = test.field.substr(test.field.find('.') + 1) + ".";
  for (std::size_t dot = rest.find('.'); dot != std::string::npos; dot = rest.find('.')) {
    std::string part = rest.substr(0, dot);
    rest.erase(0, dot + 1);
    const std::size_t each = std::min(part.find("[*]"), part.size());
    steps.push_back(part.substr(0, each));
    for (std::size_t i = each; i < part.size(); i += 3)
      steps.emplace_back("[*]");
  }
  const bool has_items = std::find(steps.begin(), steps.end(), "[*]") != steps.end();
  if (test.items != Items::bare && !has_items) steps.emplace_back("[*]");
  return steps;
}

Says ask_text(const Test& test, std::string text) {
  Json value;
  value.kind = Json::Kind::string;
  value.text = std::move(text);
  return ask(test, value);
}

Says ask_header(const Test& test, const Facts& facts) {
  const std::string name = test.field.substr(std::string("http.header.").size());
  std::vector<std::string> values;
  for (const auto& [known, value] : facts.headers) {
    if (known == name) values.push_back(value);
  }
  if (values.size() > 1) return kUnknown;
  return values.empty() ? when_missing(test) : ask_text(test, values.front());
}

Says ask_document(const Test& test, Facts::Document state, const Json& root) {
  if (state == Facts::Document::absent) return when_missing(test);
  if (state == Facts::Document::unreadable) return kUnknown;
  return follow(test, root, steps_of(test));
}

Says ask_args(const Test& test, const Facts& facts) {
  for (const std::string& name : facts.contested) {
    if (careless(name) == careless(steps_of(test).front())) return kUnknown;
  }
  return ask_document(test, facts.state, facts.args);
}

Says ask_annotation(const Test& test, const Facts& facts) {
  if (!facts.annotations) return kUnknown;
  const auto said = facts.annotations->find(test.field);
  if (said == facts.annotations->end()) return when_missing(test);
  Json value;
  value.kind = Json::Kind::boolean;
  value.flag = said->second;
  return ask(test, value);
}

Says ask_labels(const Test& test, const Facts& facts) {
  if (!facts.labels_seen) return kUnknown;
  return std::find(facts.labels_seen->begin(), facts.labels_seen->end(), test.operand.text) !=
         facts.labels_seen->end();
}

Says ask(const Test& test, const Facts& facts, const policy::Options& options) {
  if (test.length_of.size() > 1) {  // operators that stand beside each other are asked one by one
    std::vector<Says> each;
    for (const Test& inner : test.length_of) {
      Test one = test;
      one.length_of = {inner};
      each.push_back(ask(one, facts, options));
    }
    return all_of(each);
  }
  if (test.field.starts_with("http.header.")) return ask_header(test, facts);
  if (test.field.starts_with("annotations.")) return ask_annotation(test, facts);
  if (test.field.starts_with("context.")) return ask_document(test, facts.context_state, facts.context);
  if (test.field == "env.STAGE") return ask_text(test, options.env.at("STAGE"));
  if (test.field == "agent.labels_seen") return ask_labels(test, facts);
  return ask_args(test, facts);
}

}  // namespace

Says ask(const Condition& condition, const Facts& facts, const policy::Options& options) {
  std::vector<Says> each;
  for (const Condition& child : condition.children)
    each.push_back(ask(child, facts, options));
  switch (condition.kind) {
    case Condition::Kind::all:
      return all_of(each);
    case Condition::Kind::any:
      return any_of(each);
    case Condition::Kind::negation:
      return negated(each.front());
    case Condition::Kind::test:
      return ask(condition.test, facts, options);
    case Condition::Kind::time:
      return lies_within(condition.time, facts.now);
  }
  return kUnknown;
}

}  // namespace holdfast::fuzz
