#include "crypto/webhook_signature.hpp"

#include <gmock/gmock.h>

namespace holdfast::crypto {
namespace {

using testing::HasSubstr;
using testing::Not;

// The example of the Standard Webhooks specification.
const Secret kSecret{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"};
const Secret kOther{"whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"};
const std::string kId = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const std::string kBody = R"({"test": 2432232314})";
const std::string kSignature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
const WallTime kAt{std::chrono::seconds(1614265330)};

Code verdict(const WebhookHeaders& headers, std::string_view body = kBody, WallTime now = kAt,
             const std::vector<Secret>& secrets = {kSecret}) {
  const auto verified = verify_webhook(secrets, headers, body, now);
  return verified ? Code::internal : verified.error().code;  // internal: accepted
}
constexpr Code kAccepted = Code::internal;

TEST(Webhook, SigningGivesTheVectorOfTheSpecification) {
  EXPECT_EQ(sign_webhook(kSecret, kId, kAt, kBody).value(), kSignature);
  EXPECT_EQ(verdict({kId, "1614265330", kSignature}), kAccepted);
}

TEST(Webhook, AnyOfTheSignaturesAndSecretsMayFit) {
  const std::string list = "v1a,xyz v2,abc v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= " + kSignature;
  EXPECT_EQ(verdict({kId, "1614265330", list}), kAccepted);
  EXPECT_EQ(verdict({kId, "1614265330", kSignature}, kBody, kAt, {kOther, kSecret}), kAccepted);
  EXPECT_EQ(verdict({kId, "1614265330", kSignature}, kBody, kAt, {kOther}), Code::unauthenticated);
  EXPECT_EQ(verdict({kId, "1614265330", kSignature}, kBody, kAt, {}), Code::unauthenticated);
}

TEST(Webhook, SaysWhichOfTheSecretsSigned) {
  const WebhookHeaders headers{kId, "1614265330", kSignature};
  EXPECT_EQ(verify_webhook({kSecret, kOther}, headers, kBody, kAt).value(), 0u);
  EXPECT_EQ(verify_webhook({kOther, kSecret}, headers, kBody, kAt).value(), 1u);
}

TEST(Webhook, AnOldSignatureDoesNotFitANewBodyTimeOrId) {
  EXPECT_EQ(verdict({kId, "1614265330", kSignature}, R"({"test": 2432232315})"), Code::unauthenticated);
  EXPECT_EQ(verdict({kId, "1614265331", kSignature}), Code::unauthenticated);
  EXPECT_EQ(verdict({"msg_other", "1614265330", kSignature}), Code::unauthenticated);
}

TEST(Webhook, TheWindowIsFiveMinutesBothWays) {
  const WebhookHeaders headers{kId, "1614265330", kSignature};
  EXPECT_EQ(verdict(headers, kBody, kAt + kWebhookWindow), kAccepted);
  EXPECT_EQ(verdict(headers, kBody, kAt - kWebhookWindow), kAccepted);
  EXPECT_EQ(verdict(headers, kBody, kAt + kWebhookWindow + std::chrono::seconds(1)), Code::unauthenticated);
  EXPECT_EQ(verdict(headers, kBody, kAt - kWebhookWindow - std::chrono::seconds(1)), Code::unauthenticated);
}

TEST(Webhook, HeadersOutsideTheGrammarAreMalformed) {
  for (const char* timestamp : {"", "1614265330 ", " 1614265330", "1614265330x", "+1614265330", "-1",
                                "01614265330", "1614265330.0", "0x60378f32", "99999999999999999999"}) {
    EXPECT_EQ(verdict({kId, timestamp, kSignature}), Code::malformed) << timestamp;
  }
  for (const char* signature :
       {"", "v1", "v1,", "v1,###", "v2,abc", "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE", "v1,AAAA"}) {
    EXPECT_EQ(verdict({kId, "1614265330", signature}), Code::malformed) << signature;
  }
}

// "a" + "." + "1614265330" + "." + "1614265331.body" could otherwise be read as the id "a.1614265330".
TEST(Webhook, AnIdWithAFullStopIsMalformed) {
  const std::string signature = sign_webhook(kSecret, "a", kAt, "1614265331.body").value();
  EXPECT_EQ(verdict({"a.1614265330", "1614265331", signature}, "body"), Code::malformed);
  EXPECT_EQ(verdict({"", "1614265330", kSignature}), Code::malformed);
  EXPECT_FALSE(sign_webhook(kSecret, "a.b", kAt, ""));
}

TEST(Webhook, SecretsOutsideTheGrammarAreRefusedWithoutShowingThem) {
  for (const char* text : {"", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_",
                           "whsec_c2hvcnQ=", "whsec_not base64", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS"}) {
    const auto checked = check_webhook_secret(Secret(text));
    ASSERT_FALSE(checked) << text;
    EXPECT_THAT(checked.error().detail, Not(HasSubstr("MfKQ")));
    EXPECT_FALSE(sign_webhook(Secret(text), kId, kAt, kBody));
  }
  EXPECT_TRUE(check_webhook_secret(kSecret));
}

}  // namespace
}  // namespace holdfast::crypto
