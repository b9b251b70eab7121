// Who calls (02-policy, "Without `agents:` every caller is anonymous").
#include "proxy/identify.hpp"

#include <gtest/gtest.h>

#include "house.hpp"

namespace holdfast::proxy {
namespace {

using Headers = std::vector<net::HeaderLine>;

std::string who(const std::vector<std::pair<std::string, std::string>>& agents, const Headers& headers) {
  Snapshot snapshot;
  for (const auto& [id, token] : agents)
    snapshot.options.agents.push_back(test::known_agent(id, token));
  const auto agent = identify(snapshot, headers);
  if (agent) return (*agent)->id;
  EXPECT_EQ(agent.error().code, Code::unauthenticated);
  EXPECT_EQ(agent.error().detail.find("tok"), agent.error().detail.find("token"))
      << "an error holds a secret";
  return "refused";
}

TEST(Identify, WithoutAgentsEverybodyIsAnonymous) {
  EXPECT_EQ(who({}, {}), "anonymous");
  EXPECT_EQ(who({}, {{"Holdfast-Agent-Token", "whatever"}}), "anonymous");
}

TEST(Identify, OneAgentWithoutACredentialIsEverybody) {
  EXPECT_EQ(who({{"bot", ""}}, {}), "bot");
  EXPECT_EQ(who({{"bot", ""}}, {{"Holdfast-Agent-Token", "whatever"}}), "bot");
}

TEST(Identify, OneAgentWithACredentialMustShowIt) {
  EXPECT_EQ(who({{"bot", "tok-1"}}, {}), "refused");
  EXPECT_EQ(who({{"bot", "tok-1"}}, {{"Holdfast-Agent-Token", "tok-1"}}), "bot");
}

TEST(Identify, OnlyAWholeTokenOfSomebodyWillDo) {
  const std::vector<std::pair<std::string, std::string>> agents{{"a", "tok-a"}, {"b", "tok-b"}, {"none", ""}};
  EXPECT_EQ(who(agents, {{"holdfast-agent-TOKEN", "tok-b"}}), "b");
  EXPECT_EQ(who(agents, {{"Holdfast-Agent-Token", "tok-a"}}), "a");
  for (const std::string_view shown : {"", "tok", "tok-", "tok-aa", "tok-atok-a", "TOK-A", "tok-c", " tok-a"})
    EXPECT_EQ(who(agents, {{"Holdfast-Agent-Token", shown}}), "refused") << shown;
  EXPECT_EQ(who(agents, {}), "refused");
  EXPECT_EQ(who({{"none", ""}, {"a", "tok-a"}}, {}), "refused");
  EXPECT_EQ(who({{"none", ""}, {"a", "tok-a"}}, {{"Holdfast-Agent-Token", ""}}), "refused");
  EXPECT_EQ(who(agents, {{"Authorization", "Bearer tok-a"}}), "refused");
}

TEST(Identify, TwoTokensAreNone) {
  EXPECT_EQ(who({{"a", "tok-a"}, {"b", "tok-b"}},
                {{"Holdfast-Agent-Token", "tok-a"}, {"Holdfast-Agent-Token", "tok-a"}}),
            "refused");
}

}  // namespace
}  // namespace holdfast::proxy
