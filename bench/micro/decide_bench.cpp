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

void decide(benchmark::State& state, std::vector<policy::Rule> rules) {
  policy::Options options;
  options.rules = std::move(rules);
  const policy::Compiled compiled = policy::compile(std::move(options));
  const auto args = json::parse(payment(1024), {});
  if (!compiled.policy || !args) return state.SkipWithError("the policy or the call is wrong");
  const Agent agent;
  Call call;
  call.agent = &agent;
  call.upstream = "payment";
  call.tool = "payment.send";
  call.method = "POST";
  call.path = "/v1/send";
  call.args = call.body = &args->root();
  call.args_state = call.body_state = Readable::whole;
  if (compiled.policy->decide(call).effect != Effect::allow) return state.SkipWithError("it is not allowed");
  for (auto _ : state)
    benchmark::DoNotOptimize(compiled.policy->decide(call));
}

void decide_many_tools(benchmark::State& state) {
  decide(state, rules_of_many_tools(state.range(0)));
}
void decide_one_tool(benchmark::State& state) {
  decide(state, rules_of_one_tool(state.range(0)));
}

BENCHMARK(decide_many_tools)->Name("decide, rules of many tools")->RangeMultiplier(10)->Range(10, 10'000);
BENCHMARK(decide_one_tool)->Name("decide, all rules evaluated")->Arg(100);

}  // namespace
}  // namespace holdfast::bench
