// The judge: decide() on a call of 1 KiB that is parsed already.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "bench/micro/sample.hpp"
#include "core/json.hpp"
#include "policy/engine.hpp"

namespace holdfast::bench {
namespace {

using policy::Operand;
using policy::Operator;

policy::Rule rule(std::string tool, Effect action) {
  policy::Rule out;
  out.tool = std::move(tool);
  out.action = action;
  return out;
}

policy::Rule rule(std::string tool, Effect action, std::string field, Operator op, Operand::Kind kind,
                  std::string operand) {
  policy::Condition when;
  when.kind = policy::Condition::Kind::test;
  when.test.field = std::move(field);
  when.test.op = op;
  when.test.operand.kind = kind;
  when.test.operand.text = std::move(operand);
  policy::Rule out = rule(std::move(tool), action);
  out.when = std::move(when);
  return out;
}

void add_tool(std::vector<policy::Rule>& rules, const std::string& tool) {
  rules.push_back(
      rule(tool, Effect::deny, "args.to", Operator::starts_with, Operand::Kind::string, "blocked-"));
  rules.push_back(rule(tool, Effect::escalate, "args.amount", Operator::gt, Operand::Kind::number, "100"));
  rules.push_back(rule(tool, Effect::allow));
}

// One rule for every tool and three for each of many; the tool that is called comes last.
std::vector<policy::Rule> rules_of_many_tools(std::int64_t count) {
  std::vector<policy::Rule> rules;
  rules.push_back(
      rule("payment.**", Effect::deny, "args.currency", Operator::eq, Operand::Kind::string, "XXX"));
  for (int i = 0; static_cast<std::int64_t>(rules.size()) + 3 < count; ++i)
    add_tool(rules, fmt::format("payment.tool{}", i));
  add_tool(rules, "payment.send");
  return rules;
}

// Every rule is of the tool that is called, and only the last is true: each one is evaluated.
std::vector<policy::Rule> rules_of_one_tool(std::int64_t count) {
  std::vector<policy::Rule> rules;
  for (std::int64_t i = 1; i < count; ++i)
    rules.push_back(rule("payment.send", Effect::deny, "args.to", Operator::starts_with,
                         Operand::Kind::string, fmt::format("blocked-{}", i)));
  rules.push_back(rule("payment.send", Effect::allow));
  return rules;
}

// The automatic rules and the routes of a larger house, each evaluated for a call that is escalated.
void add_automatic_rules(policy::Options& options) {
  constexpr int kOfEach = 10;
  const auto never = [](int i) {
    return *rule("*", Effect::deny, "args.to", Operator::eq, Operand::Kind::string,
                 fmt::format("nobody-{}", i))
                .when;
  };
  for (int i = 0; i < kOfEach; ++i) {
    options.auto_reject.push_back(rule("*", Effect::deny));
    options.auto_reject.back().when = never(i);
    options.auto_approve.push_back(rule("*", Effect::allow));
    options.auto_approve.back().when = never(i);
    options.routes.push_back({.when = never(i), .plan = "default", .at = {}});
    options.multi_approval.push_back(
        {.condition = never(i), .required_approvers = 2, .must_include = {}, .at = {}});
  }
}

// A policy, and a call of 1 KiB that it is asked about.
class Court {
 public:
  Court(policy::Options options, std::string_view text) : compiled_(policy::compile(std::move(options))) {
    call_.agent = &agent_;
    call_.upstream = "payment";
    call_.tool = "payment.send";
    call_.method = "POST";
    call_.path = "/v1/send";
    call_.args_state = call_.body_state = Readable::whole;
    read(text);
  }

  // Its arguments, from their text, which stays.
  void read(std::string_view text) {
    args_ = json::parse_in_place(text, {});
    call_.args = call_.body = args_ ? &args_->root() : nullptr;
  }
  [[nodiscard]] bool sits() const { return compiled_.policy && args_; }
  [[nodiscard]] Decision decide() const { return compiled_.policy->decide(call_); }

 private:
  policy::Compiled compiled_;
  Result<json::Document> args_ = fail(Code::malformed, "not read yet");
  Agent agent_;
  Call call_;
};

void decide(benchmark::State& state, policy::Options options, Effect expected = Effect::allow) {
  const std::string text = payment(1024);
  const Court court(std::move(options), text);
  if (!court.sits() || court.decide().effect != expected)
    return state.SkipWithError("the policy or the call is wrong");
  for (auto _ : state)
    benchmark::DoNotOptimize(court.decide());
}

policy::Options with_rules(std::vector<policy::Rule> rules) {
  policy::Options options;
  options.rules = std::move(rules);
  return options;
}

void decide_many_tools(benchmark::State& state) {
  decide(state, with_rules(rules_of_many_tools(state.range(0))));
}
void decide_one_tool(benchmark::State& state) {
  decide(state, with_rules(rules_of_one_tool(state.range(0))));
}

// The same rules, but the last one asks, and everything that may change that is asked as well.
void decide_with_automatic_rules(benchmark::State& state) {
  policy::Options options = with_rules(rules_of_many_tools(state.range(0)));
  options.rules.back().action = Effect::escalate;
  add_automatic_rules(options);
  decide(state, std::move(options), Effect::escalate);
}

void parse_and_decide(benchmark::State& state) {
  const std::string text = payment(1024);
  Court court(with_rules(rules_of_many_tools(state.range(0))), text);
  if (!court.sits()) return state.SkipWithError("the policy or the call is wrong");
  for (auto _ : state) {
    court.read(text);
    benchmark::DoNotOptimize(court.decide());
  }
}

BENCHMARK(decide_many_tools)->Name("decide, rules of many tools")->RangeMultiplier(10)->Range(10, 10'000);
BENCHMARK(decide_one_tool)->Name("decide, all rules evaluated")->Arg(100);
BENCHMARK(decide_with_automatic_rules)
    ->Name("decide, escalated, with automatic rules")
    ->RangeMultiplier(10)
    ->Range(10, 10'000);
BENCHMARK(parse_and_decide)
    ->Name("parse and decide, rules of many tools")
    ->RangeMultiplier(10)
    ->Range(10, 10'000);

}  // namespace
}  // namespace holdfast::bench
