// Who calls (02-policy, "Without `agents:` every caller is anonymous").
#include "proxy/identify.hpp"

#include <gtest/gtest.h>

#include "house.hpp"
#include "tests/net/certificates.hpp"

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

// A house with an agent of each kind, whose listeners have TLS with an authority.
class Entered : public testing::Test {
 protected:
  Entered() {
    auto& agents = snapshot.options.agents;
    agents = {test::known_agent("by-token", "tok-a"), test::known_agent("by-subject", ""),
              test::known_agent("by-name", ""), test::known_agent("by-listener", "")};
    agents[1].mtls = "CN=bot,O=Example";
    agents[2].mtls = "URI:spiffe://example/bot";
    agents[3].listener = "nightly";
    const auto made = certificates.issue("server", "IP:127.0.0.1");
    const auto tls =
        net::ServerTls::make({made.cert_file, made.key_file, certificates.ca_file()}, net::Clients::may_show);
    EXPECT_TRUE(tls) << tls.error().detail;
    if (tls) snapshot.tls[""] = snapshot.tls["nightly"] = *tls;
  }
  [[nodiscard]] std::string who(const std::string& listener, std::optional<net::ClientCertificate> shown,
                                const std::string& token = {}) const {
    Entrance entrance{listener, nullptr};
    if (shown) {
      if (shown->authority.empty()) shown->authority = snapshot.tls.at("")->authority();
      entrance.certificate = std::make_shared<const net::ClientCertificate>(*shown);
    }
    Headers headers;
    if (!token.empty()) headers.push_back({"Holdfast-Agent-Token", token});
    const auto agent = identify(snapshot, headers, entrance);
    return agent ? (*agent)->id : "refused";
  }
  test::Certificates certificates;
  Snapshot snapshot;
  const net::ClientCertificate bot{"CN=bot,O=Example", {}, {}, {}};
  const net::ClientCertificate named{"CN=x", {"DNS:bot.example", "URI:spiffe://example/bot"}, {}, {}};
};

TEST_F(Entered, EachByWhatItIsKnownBy) {
  EXPECT_EQ(who("", {}, "tok-a"), "by-token");
  EXPECT_EQ(who("", bot), "by-subject");
  EXPECT_EQ(who("", named), "by-name");
  EXPECT_EQ(who("nightly", {}), "by-listener");
  EXPECT_EQ(who("", {}), "refused");
}

TEST_F(Entered, ACertificateIsComparedAsAWhole) {
  for (const char* subject : {"CN=bot", "CN=bot,O=Example,C=DE", "cn=bot,O=Example", "O=Example,CN=bot",
                              "CN=bot,O=Example ", "", "URI:spiffe://example/bo"})
    EXPECT_EQ(who("", net::ClientCertificate{subject, {}, {}, {}}), "refused") << subject;
  EXPECT_EQ(who("", net::ClientCertificate{"CN=x", {"URI:spiffe://example/bot2"}, {}, {}}), "refused");
  EXPECT_EQ(who("", net::ClientCertificate{"CN=x", {"DNS:spiffe://example/bot"}, {}, {}}), "refused");
}

TEST_F(Entered, WhatNamesTwoAgentsNamesNone) {
  EXPECT_EQ(who("", bot, "tok-a"), "refused");
  EXPECT_EQ(who("nightly", {}, "tok-a"), "refused");
  EXPECT_EQ(who("nightly", bot), "refused");
  EXPECT_EQ(who("", net::ClientCertificate{bot.subject, named.names, {}, {}}), "refused");
  EXPECT_EQ(who("", bot, "tok-of-nobody"), "refused");
  EXPECT_EQ(who("nightly", {}, "tok-of-nobody"), "refused");
}

TEST_F(Entered, ACertificateOfNoAgentTakesNothingAwayFromAToken) {
  EXPECT_EQ(who("", net::ClientCertificate{"CN=proxy", {}, {}, {}}, "tok-a"), "by-token");
}

TEST_F(Entered, ACertificateCountsWhileItsAuthorityIsThatOfTheListener) {
  net::ClientCertificate elsewhere = bot;
  elsewhere.authority = "that of another time";
  EXPECT_EQ(who("", elsewhere), "refused");
  snapshot.tls.clear();
  EXPECT_EQ(who("", elsewhere), "refused");
}

TEST(Identify, TwoTokensAreNone) {
  EXPECT_EQ(who({{"a", "tok-a"}, {"b", "tok-b"}},
                {{"Holdfast-Agent-Token", "tok-a"}, {"Holdfast-Agent-Token", "tok-a"}}),
            "refused");
}

}  // namespace
}  // namespace holdfast::proxy
