// A small language to write policies and calls in: operands and documents are JSON text.
#pragma once

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "core/call.hpp"
#include "core/json.hpp"
#include "policy/engine.hpp"
#include "policy/options.hpp"
#include "policy/truth.hpp"

namespace holdfast::policy {

inline Operand operand(const json::Value& value) {
  Operand out;
  out.at = {"p.yaml", 7, 9};
  out.text = value.is(json::Kind::number) || value.is(json::Kind::string) ? value.text() : "";
  switch (value.kind()) {
    case json::Kind::null:
      out.kind = Operand::Kind::null;
      break;
    case json::Kind::boolean:
      out.kind = Operand::Kind::boolean;
      out.flag = value.boolean();
      break;
    case json::Kind::number:
      out.kind = Operand::Kind::number;
      break;
    case json::Kind::string:
      out.kind = Operand::Kind::string;
      break;
    case json::Kind::array:
    case json::Kind::object:
      out.kind = Operand::Kind::list;
      break;
  }
  for (const json::Value& item : value.items())
    out.items.push_back(operand(item));
  return out;
}

inline json::Document document(std::string_view text) {
  auto parsed = json::parse(text, {});
  if (!parsed) throw std::invalid_argument(std::string(text) + ": " + parsed.error().detail);
  return std::move(*parsed);
}

inline Test test(std::string field, Operator op, std::string_view operand_json) {
  Test out;
  out.field = std::move(field);
  out.op = op;
  out.operand = operand(document(operand_json).root());
  out.at = {"p.yaml", 7, 5};
  return out;
}

inline Condition is(Test test) {
  Condition out;
  out.kind = Condition::Kind::test;
  out.at = test.at;
  out.test = std::move(test);
  return out;
}
inline Condition is(std::string field, Operator op, std::string_view operand_json) {
  return is(test(std::move(field), op, operand_json));
}
inline Condition combine(Condition::Kind kind, std::vector<Condition> children) {
  Condition out;
  out.kind = kind;
  out.children = std::move(children);
  out.at = {"p.yaml", 6, 3};
  return out;
}
inline Condition all(std::vector<Condition> children) {
  return combine(Condition::Kind::all, std::move(children));
}
inline Condition any(std::vector<Condition> children) {
  return combine(Condition::Kind::any, std::move(children));
}
inline Condition no(Condition child) {
  return combine(Condition::Kind::negation, {std::move(child)});
}

inline Rule rule(std::string tool, Effect action, std::optional<Condition> when = {}, std::string id = {}) {
  Rule out;
  out.id = std::move(id);
  out.tool = std::move(tool);
  out.action = action;
  out.when = std::move(when);
  out.at = {"p.yaml", 5, 5};
  return out;
}

inline Options options(std::vector<Rule> rules, Effect otherwise = Effect::deny) {
  Options out;
  out.rules = std::move(rules);
  out.default_effect = otherwise;
  return out;
}

// An upstream with tools of which nothing but the name is said.
inline KnownUpstream upstream(std::string name, Protocol protocol, std::initializer_list<const char*> tools) {
  KnownUpstream out{std::move(name), protocol, {}};
  for (const char* tool : tools)
    out.tools.emplace_back().name = tool;
  return out;
}

// Compiles, or fails the test with the first problem.
inline std::shared_ptr<const Policy> compiled(Options options) {
  Compiled result = compile(std::move(options));
  for (const Problem& problem : result.problems) {
    if (problem.severity == Severity::error) ADD_FAILURE() << to_text(problem);
  }
  return std::move(result.policy);
}

// A call with everything it points to. Documents are JSON text; "" is an absent one.
struct TestCall {
  explicit TestCall(std::string_view args_json = "", std::string_view body_json = "") {
    call.agent = &agent;
    call.upstream = "payment";
    call.tool = "payment.send";
    if (!args_json.empty()) {
      args = document(args_json);
      call.args = &args.root();
      call.args_state = Readable::whole;
    }
    if (!body_json.empty()) {
      body = document(body_json);
      call.body = &body.root();
      call.body_state = Readable::whole;
    }
  }
  TestCall(const TestCall&) = delete;
  TestCall& operator=(const TestCall&) = delete;

  Agent agent;
  json::Document args, body;
  Call call;
};

// What a condition says of a call, seen from outside: a deny on it under `default: allow`.
inline Truth says(const Condition& condition, const Call& call) {
  const auto policy = compiled(options({rule("*", Effect::deny, condition)}, Effect::allow));
  if (!policy) return Truth::unknown;
  const Decision decision = policy->decide(call);
  if (decision.effect == Effect::allow) return Truth::no;
  return decision.by_unknown ? Truth::unknown : Truth::yes;
}

inline std::string first_error(Options options) {
  const Compiled result = compile(std::move(options));
  for (const Problem& problem : result.problems) {
    if (problem.severity == Severity::error) return to_text(problem);
  }
  return "";
}

inline std::string warnings(Options options) {
  std::string out;
  for (const Problem& problem : compile(std::move(options)).problems)
    out += to_text(problem) + "\n";
  return out;
}

inline std::ostream& operator<<(std::ostream& out, Truth truth) {
  return out << (truth == Truth::yes ? "yes" : truth == Truth::no ? "no" : "unknown");
}

}  // namespace holdfast::policy
