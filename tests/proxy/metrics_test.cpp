// What one loop counts, and what of it stands on the page.
#include "proxy/metrics.hpp"

#include <gmock/gmock.h>

#include "proxy/exchange.hpp"
#include "tests/proxy/house.hpp"
#include "tests/support/manual_clock.hpp"

namespace holdfast::proxy {
namespace {

using std::chrono::milliseconds;
using test::snapshot;
using testing::HasSubstr;
using testing::Not;

std::shared_ptr<Snapshot> two_agents(std::vector<policy::Rule> rules = test::reading_rules()) {
  auto made = snapshot({test::shop(), test::payment()}, std::move(rules));
  made->options.agents.push_back(test::known_agent("bot", "token-of-bot"));
  made->options.agents.push_back(test::known_agent("clerk", "token-of-clerk"));
  return made;
}

class MetricsTest : public testing::Test {
 protected:
  MetricsTest() { shared_.clock = &clock_; }

  // A call of this tool by agent number `agent`, judged under the snapshot.
  std::unique_ptr<Exchange> call(std::shared_ptr<const Snapshot> under, const std::string& tool,
                                 std::size_t agent = 0) {
    auto exchange = std::make_unique<Exchange>();
    exchange->worker = &worker_;
    exchange->request.is_call = true;
    exchange->request.upstream = &under->options.upstreams[1];
    exchange->request.call.agent =
        under->options.agents.empty() ? &under->anonymous : &under->options.agents[agent].agent;
    tools_.push_back(std::make_unique<std::string>(tool));
    exchange->request.call.tool = *tools_.back();
    exchange->decision = under->policy->decide(exchange->request.call);
    exchange->request.snapshot = std::move(under);
    exchange->added.read(clock_.steady());
    return exchange;
  }
  void judge(std::shared_ptr<const Snapshot> under, const std::string& tool, std::size_t agent = 0) {
    metrics().judged(*call(std::move(under), tool, agent));
  }
  Metrics& metrics() { return worker_.metrics; }
  [[nodiscard]] std::string page() const {
    const Metrics* const loops[] = {&worker_.metrics};
    metrics::Page page;
    collect(shared_, loops, &page);
    return page.text();
  }
  static std::string calls(const std::string& decision, const std::string& tool, const std::string& agent,
                           int n) {
    return "holdfast_calls_total{decision=\"" + decision + "\",tool=\"" + tool + "\",agent=\"" + agent +
           "\"} " + std::to_string(n) + "\n";
  }

  test::ManualClock clock_;
  net::Loop loop_{0};
  Shared shared_{nullptr};
  Worker worker_{&loop_, &shared_, nullptr};
  std::vector<std::unique_ptr<std::string>> tools_;
};

TEST_F(MetricsTest, ACallCountsUnderItsDecisionToolAndAgent) {
  const auto under = two_agents(
      {policy::rule("payment.send", Effect::allow), policy::rule("payment.wipe", Effect::escalate)});
  judge(under, "payment.send");
  judge(under, "payment.send", 1);
  judge(under, "payment.send", 1);
  judge(under, "payment.wipe", 1);
  EXPECT_THAT(page(), HasSubstr(calls("allow", "payment.send", "bot", 1)));
  EXPECT_THAT(page(), HasSubstr(calls("allow", "payment.send", "clerk", 2)));
  EXPECT_THAT(page(), HasSubstr(calls("escalate", "payment.wipe", "clerk", 1)));
}

TEST_F(MetricsTest, NamesThatAnAgentInventsAreOneSeries) {
  const auto under = two_agents();
  for (int i = 0; i < 1000; ++i)
    judge(under, "payment.invented" + std::to_string(i));
  EXPECT_THAT(page(), HasSubstr(calls("deny", "other", "bot", 1000)));
  EXPECT_THAT(page(), Not(HasSubstr("invented")));
}

TEST_F(MetricsTest, AToolThatIsListedHasASeriesThoughOnlyAPatternNamesIt) {
  policy::Options options = policy::options({policy::rule("payment.*", Effect::allow)});
  options.directory.upstreams = {policy::upstream("payment", Protocol::http, {"send"})};
  auto under = two_agents();
  under->policy = policy::compiled(std::move(options));
  judge(under, "payment.send");
  judge(under, "payment.pay");
  EXPECT_THAT(page(), HasSubstr(calls("allow", "payment.send", "bot", 1)));
  EXPECT_THAT(page(), HasSubstr(calls("allow", "other", "bot", 1)));
}

TEST_F(MetricsTest, WhoeverIsNotIdentifiedIsAnonymous) {
  judge(snapshot({test::shop(), test::payment()}), "payment.send");
  EXPECT_THAT(page(), HasSubstr(calls("allow", "payment.send", "anonymous", 1)));
}

TEST_F(MetricsTest, WhatIsRefusedBeforeItIsJudgedIsADeniedCallOfAKnownCaller) {
  const auto under = two_agents();
  auto refused = call(under, "payment.send");
  metrics().unjudged(*refused);
  refused->request.call.agent = nullptr;
  metrics().unjudged(*refused);
  EXPECT_THAT(page(), HasSubstr(calls("deny", "payment.send", "bot", 1)));
}

TEST_F(MetricsTest, CountsOutliveTheSnapshotTheyWereMadeUnder) {
  auto first = two_agents();
  auto held = call(first, "payment.send");
  judge(first, "payment.send");
  first.reset();
  auto second =
      two_agents({policy::rule("payment.other", Effect::deny), policy::rule("payment.send", Effect::allow)});
  judge(second, "payment.send", 1);
  metrics().judged(*held);  // a call of before, while the new policy is in force
  EXPECT_THAT(page(), HasSubstr(calls("allow", "payment.send", "bot", 2)));
  held.reset();
  judge(two_agents({}), "payment.send");
  EXPECT_THAT(page(), HasSubstr(calls("allow", "payment.send", "bot", 2)));
  EXPECT_THAT(page(), HasSubstr(calls("allow", "payment.send", "clerk", 1)));
  EXPECT_THAT(page(), HasSubstr(calls("deny", "other", "bot", 1)));
}

TEST_F(MetricsTest, OnlyWhatAnUpstreamDidNotDoIsItsError) {
  const auto under = two_agents();
  const auto one = call(under, "payment.send");
  for (const Ending ending : {Ending::succeeded, Ending::upstream_failed, Ending::outcome_unknown,
                              Ending::outcome_unknown, Ending::unavailable})
    metrics().sending_ended(*one, ending);
  const std::string series = "holdfast_upstream_errors_total{upstream=";
  EXPECT_THAT(page(), HasSubstr(series + "\"payment\",error=\"upstream_failed\"} 1\n"));
  EXPECT_THAT(page(), HasSubstr(series + "\"payment\",error=\"outcome_unknown\"} 2\n"));
  EXPECT_THAT(page(), HasSubstr(series + "\"shop\",error=\"upstream_failed\"} 0\n"));
}

TEST_F(MetricsTest, EveryWayToSayNoHasItsSeries) {
  metrics().refused(Ending::unauthenticated);
  EXPECT_THAT(page(), HasSubstr("holdfast_refusals_total{reason_code=\"unauthenticated\"} 1\n"));
  EXPECT_THAT(page(), HasSubstr("holdfast_refusals_total{reason_code=\"outcome_unknown\"} 0\n"));
  EXPECT_THAT(page(), Not(HasSubstr("succeeded")));
}

TEST_F(MetricsTest, JudgingIsTimedFromTheLastByteRead) {
  const auto one = call(two_agents(), "payment.send");
  clock_.advance(milliseconds(2));
  metrics().judged(*one);
  EXPECT_THAT(page(), HasSubstr("holdfast_policy_evaluation_seconds_sum 0.002\n"));
}

TEST_F(MetricsTest, AddedLatencyIsOurTimeThereAndBackAndNotTheUpstreams) {
  const auto one = call(two_agents(), "payment.send");
  metrics().answered(*one);  // a refusal, or a progress event: nothing has come back
  clock_.advance(milliseconds(2));
  one->added.sent(clock_.steady());
  clock_.advance(milliseconds(700));  // the upstream works
  one->added.came_back(clock_.steady());
  clock_.advance(milliseconds(3));
  metrics().answered(*one);
  clock_.advance(milliseconds(90));
  metrics().answered(*one);  // the rest of the answer
  EXPECT_THAT(page(), HasSubstr("holdfast_added_latency_seconds_sum 0.005\n"));
  EXPECT_THAT(page(), HasSubstr("holdfast_added_latency_seconds_count 1\n"));
}

TEST_F(MetricsTest, ASecondTryIsAddedToTheFirst) {
  const auto one = call(two_agents(), "payment.send");
  clock_.advance(milliseconds(1));
  one->added.sent(clock_.steady());
  clock_.advance(milliseconds(4));
  one->added.sent(clock_.steady());
  one->added.came_back(clock_.steady());
  metrics().answered(*one);
  EXPECT_THAT(page(), HasSubstr("holdfast_added_latency_seconds_sum 0.005\n"));
}

TEST_F(MetricsTest, WhatIsNoCallOrWasNotReadHereIsNotTimed) {
  const auto message = call(two_agents(), "payment.send");
  message->request.is_call = false;
  const auto released = call(two_agents(), "payment.send");
  released->added = {};
  for (Exchange* one : {message.get(), released.get()}) {
    one->added.sent(clock_.steady());
    one->added.came_back(clock_.steady());
    metrics().answered(*one);
  }
  EXPECT_THAT(page(), HasSubstr("holdfast_added_latency_seconds_count 0\n"));
}

TEST_F(MetricsTest, LoopsAddUp) {
  const auto under = two_agents();
  Worker other(&loop_, &shared_, nullptr);
  judge(under, "payment.send");
  const auto there = call(under, "payment.send");
  other.metrics.judged(*there);
  other.metrics.refused(Ending::halted);
  const Metrics* const loops[] = {&worker_.metrics, &other.metrics};
  metrics::Page page;
  collect(shared_, loops, &page);
  EXPECT_THAT(page.text(), HasSubstr(calls("allow", "payment.send", "bot", 2)));
  EXPECT_THAT(page.text(), HasSubstr("holdfast_policy_evaluation_seconds_count 2\n"));
  EXPECT_THAT(page.text(), HasSubstr("holdfast_refusals_total{reason_code=\"halted\"} 1\n"));
}

TEST_F(MetricsTest, ConnectionsHaltAndDrainAreShown) {
  approvals::HaltSwitch halts;
  shared_.halts = &halts;
  EXPECT_THAT(page(), HasSubstr("holdfast_halted 0\n"));
  halts.halt();
  EXPECT_THAT(page(), HasSubstr("holdfast_halted 1\n"));
  shared_.halts = nullptr;
  shared_.connections = 7;
  shared_.draining = true;
  EXPECT_THAT(page(), HasSubstr("holdfast_agent_connections 7\n"));
  EXPECT_THAT(page(), HasSubstr("holdfast_draining 1\n"));
}

}  // namespace
}  // namespace holdfast::proxy
