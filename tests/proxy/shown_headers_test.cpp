// What approvers see of a call's headers: every one that its digest covers, and no credential in clear.
#include "proxy/shown_headers.hpp"

#include <gmock/gmock.h>

#include "house.hpp"
#include "proxy/fingerprint.hpp"

namespace holdfast::proxy {
namespace {

using test::Asked;
using testing::HasSubstr;
using testing::Not;

std::shared_ptr<Snapshot> plane() {
  return test::snapshot({test::shop({test::tool("send", "POST", "/v1/send")})});
}

std::string shown(std::vector<std::string> headers, std::shared_ptr<const Snapshot> snapshot = plane()) {
  const Asked asked(std::move(snapshot), "POST /shop/v1/send", std::move(headers), "{}");
  EXPECT_EQ(asked.why(), "");
  return shown_headers(asked.out, components_of(asked.out, content_hash(asked.out, asked.body)));
}

TEST(ShownHeaders, AreThoseThatTheDigestCoversInOrder) {
  EXPECT_EQ(shown({"X-On-Behalf-Of: ceo", "User-Agent: curl", "Stripe-Account: acct_1", "Accept: */*",
                   "Content-Type: text/plain", "Accept-Profile: production", "X-On-Behalf-Of: cfo"}),
            R"([{"name":"accept-profile","value":"production"},{"name":"content-type","value":"text/plain"},)"
            R"({"name":"stripe-account","value":"acct_1"},{"name":"x-on-behalf-of","value":"ceo"},)"
            R"({"name":"x-on-behalf-of","value":"cfo"}])");
  EXPECT_EQ(shown({}), "[]");
  EXPECT_EQ(shown({"Holdfast-Context: {}"}), "[]") << "it is not sent, and shown by itself";
  auto keeps_host = plane();
  keeps_host->options.upstreams[0].preserve_host = true;
  EXPECT_EQ(shown({}, keeps_host), R"([{"name":"host","value":"agent.test"}])");
}

// Whatever makes another digest is shown in another way.
TEST(ShownHeaders, DifferWhereDigestsDiffer) {
  const std::vector<std::vector<std::string>> calls{{},
                                                    {"X-A: 1"},
                                                    {"X-A: 2"},
                                                    {"X-B: 1"},
                                                    {"X-A: \xff"},
                                                    {"X-A: \xfe"},
                                                    {"X-A: \xef\xbf\xbd"},
                                                    {"X-A: /w=="},
                                                    {"Authorization: Bearer a"},
                                                    {"Authorization: Bearer b"},
                                                    {"Cookie: Bearer a"},
                                                    {"Accept-Datetime: x"},
                                                    {"Prefer: tx=commit"},
                                                    {"Prefer: tx=rollback"},
                                                    {"Prefer: tx=rollback, wait=0"},
                                                    {"Content-Type: text/plain"},
                                                    {"Content-Type: text/html"}};
  std::vector<std::string> digests, texts;
  for (const auto& headers : calls) {
    const Asked asked(plane(), "POST /shop/v1/send", headers, "{}");
    const auto components = components_of(asked.out, content_hash(asked.out, asked.body));
    digests.emplace_back(crypto::request_digest(components, "n").view());
    texts.push_back(shown_headers(asked.out, components));
  }
  for (std::size_t i = 0; i < calls.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      EXPECT_NE(digests[i], digests[j]) << i << " " << j;
      EXPECT_NE(texts[i], texts[j]) << i << " " << j << texts[i];
    }
  }
}

TEST(ShownHeaders, HaveNoCredentialInClear) {
  for (const std::string name : {"Authorization",
                                 "Cookie",
                                 "X-Api-Key",
                                 "x_api_key",
                                 "apikey",
                                 "DD-API-KEY",
                                 "Ocp-Apim-Subscription-Key",
                                 "X-Auth-Token",
                                 "X-Auth",
                                 "Private-Token",
                                 "X-Amz-Security-Token",
                                 "X-Client-Secret",
                                 "X-Password",
                                 "X-Passwd",
                                 "Otp",
                                 "X-Pin",
                                 "DPoP",
                                 "Signature",
                                 "X-Goog-Iap-Jwt-Assertion",
                                 "X-Session-Id",
                                 "X-Original-Authorization",
                                 "X-CSRFToken",
                                 "X.Api.Key",
                                 "X-Pass",
                                 "X-GitLab-PAT",
                                 "X-Auth-Code",
                                 "X-Mfa-Code",
                                 "X-2FA",
                                 "X-TOTP"}) {
    const std::string text = shown({name + ": hunter2"});
    EXPECT_THAT(text, Not(HasSubstr("hunter2"))) << name;
    EXPECT_THAT(text, HasSubstr("\"credential\":\"")) << name;
    EXPECT_EQ(shown({name + ": hunter2"}), text) << "the mark stays";
    EXPECT_NE(shown({name + ": hunter3"}), text) << "and is of the value";
  }
  auto elsewhere = plane();
  elsewhere->session_key = "another key";
  EXPECT_NE(shown({"Authorization: a"}, elsewhere), shown({"Authorization: a"})) << "nobody can make one";
}

TEST(ShownHeaders, OfWhatIsNoCredentialAreInClear) {
  for (const std::string name : {"Idempotency-Key", "X-Idempotency-Key", "idempotency_key", "Stripe-Account",
                                 "X-Tenant", "Referer", "If-Match", "X-Author", "X-Keyboard", "X-Auth-Email",
                                 "X-Shipping", "X-Country-Code", "X-Bypass", "X-Pattern"}) {
    EXPECT_THAT(shown({name + ": plain"}), HasSubstr(R"("value":"plain")")) << name;
  }
}

// Asked on pdp_plane: what the upstream's owner would put there is as secret when the agent does.
TEST(ShownHeaders, OfANameThatIsInjectedAreCredentials) {
  auto snapshot = plane();
  snapshot->options.upstreams[0].inject.push_back({"X-Tenant", Secret("ours")});
  const Asked asked(plane(), "POST /shop/v1/send", {"x_tenant: theirs"}, "{}");
  Recognised call;
  call.upstream = &snapshot->options.upstreams[0];
  call.snapshot = snapshot;
  const auto components = components_of(asked.out, content_hash(asked.out, asked.body));
  EXPECT_THAT(shown_headers(asked.out, components), HasSubstr("theirs"));
  EXPECT_THAT(shown_headers(call, components), Not(HasSubstr("theirs")));
}

}  // namespace
}  // namespace holdfast::proxy
