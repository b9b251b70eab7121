#include "app/commands/policy.hpp"

#include <fmt/format.h>

#include "app/configuration.hpp"
#include "app/described.hpp"
#include "app/exit.hpp"
#include "app/explanation_view.hpp"
#include "app/policy_tests.hpp"
#include "app/problems_view.hpp"
#include "app/say.hpp"
#include "app/table.hpp"
#include "app/visible.hpp"
#include "config/environment.hpp"
#include "core/clock.hpp"
#include "core/json_text.hpp"

namespace holdfast::app {
namespace {

// The configuration of this command line; without one, its errors have been printed.
Checked load_or_complain(const CommonOptions& options) {
  Checked checked = load_and_check(config::find_config(options.config));
  if (checked.config) return checked;
  for (const Problem& problem : checked.problems) {
    if (problem.severity == Severity::error) complain(kBad, to_text(problem));
  }
  return checked;
}

using Secrets = std::map<std::string, std::string>;

void conceal(policy::Told& told, const Secrets& secrets) {
  config::conceal(&told.text, secrets);
  config::conceal(&told.found, secrets);
  for (policy::Told& part : told.parts)
    conceal(part, secrets);
}

// A rule may compare with what is a secret elsewhere in the file, and a call may hold it.
void conceal(policy::Explanation& told, const Secrets& secrets) {
  config::conceal(&told.why, secrets);
  for (policy::Consulted& one : told.consulted)
    if (one.when) conceal(*one.when, secrets);
}

std::string result_json(const TestResult& result) {
  json::ObjectText object;
  object.set("expect", to_string(result.test->expect))
      .set_if("expect_rule", json::to_utf8(result.test->expect_rule));
  object.set("got", to_string(result.effect))
      .set("name", json::to_utf8(result.test->name))
      .set("passed", result.passed);
  return object.set("rule", result.rule).set("why", result.why).text();
}

std::string expected(const config::PolicyTest& test) {
  return std::string(to_string(test.expect)) +
         (test.expect_rule.empty() ? "" : " by " + visible(test.expect_rule));
}

void print_results(const std::vector<TestResult>& results, std::size_t failed) {
  std::vector<std::vector<std::string>> rows{{"", "TEST", "EXPECTED", "GOT", "WHY"}};
  for (const TestResult& result : results) {
    rows.push_back({result.passed ? "ok" : "FAILED", visible(result.test->name), expected(*result.test),
                    fmt::format("{} by {}", to_string(result.effect), visible(result.rule)),
                    result.passed ? "" : visible(result.why)});
  }
  write_exactly(table(rows, [&](std::size_t row, std::size_t column) {
    if (row == 0 || column != 0) return Colour::plain;
    return results[row - 1].passed ? Colour::green : Colour::red;
  }));
  say(fmt::format("{} of {} tests passed", results.size() - failed, results.size()));
}

}  // namespace

int explain_call(const CommonOptions& options, const std::string& call_file) {
  const Checked checked = load_or_complain(options);
  if (!checked.config) return kBad;
  const auto text = read_text(call_file);
  if (!text) return complain(kCannot, text.error().detail);
  policy::Describing how = describing(*checked.config);
  how.now = system_clock().wall();
  const auto call = policy::DescribedCall::read(*text, *checked.policy, how);
  if (!call) return complain(kBad, fmt::format("{}: {}", call_file, call.error().detail));
  policy::Explanation told = policy::explain_with_room(*checked.policy, call->call());
  conceal(told, checked.secrets);
  if (options.json) {
    say(explanation_json(call->call(), told));
  } else {
    write_exactly(explanation_text(call->call(), told));
  }
  return kFine;
}

int test_policy(const CommonOptions& options) {
  const Checked checked = load_or_complain(options);
  if (!checked.config) return kBad;
  const std::vector<TestResult> results = run_tests(*checked.config, *checked.policy);
  const auto failed = static_cast<std::size_t>(
      std::count_if(results.begin(), results.end(), [](const TestResult& result) { return !result.passed; }));
  if (options.json) {
    std::vector<std::string> items;
    for (const TestResult& result : results)
      items.push_back(result_json(result));
    say(json::ObjectText()
            .set("failed", std::uint64_t{failed})
            .set_raw("tests", json::array_text(items))
            .text());
  } else if (results.empty()) {
    say("there are no `tests:`");
  } else {
    print_results(results, failed);
  }
  return failed == 0 ? kFine : kBad;
}

int lint_policy(const CommonOptions& options, bool strict) {
  const Checked checked = load_and_check(config::find_config(options.config));
  if (options.json) {
    say(problems_json(checked.problems));
  } else {
    for (const Problem& problem : checked.problems)
      say(to_text(problem));
    if (checked.problems.empty()) say("nothing to say");
  }
  const bool bad = has_error(checked.problems) || (strict && !checked.problems.empty());
  return bad ? kBad : kFine;
}

}  // namespace holdfast::app
