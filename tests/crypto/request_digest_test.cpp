#include "crypto/request_digest.hpp"

#include <gtest/gtest.h>

#include "crypto/encoding.hpp"

namespace holdfast::crypto {
namespace {

RequestComponents request() {
  return {"POST", "https://pay.example/mcp?x=1", "application/json", sha256("{\"hello\": \"world\"}"), {}};
}

// The body and its digest are those of RFC 9421 and RFC 9530.
TEST(RequestDigest, TheBaseHasTheShapeOfRfc9421) {
  EXPECT_EQ(signature_base(request(), "n0nce"),
            "\"@method\": POST\n"
            "\"@target-uri\": https://pay.example/mcp?x=1\n"
            "\"content-type\": application/json\n"
            "\"content-digest\": sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:\n"
            "\"@signature-params\": (\"@method\" \"@target-uri\" \"content-type\" \"content-digest\")"
            ";nonce=\"n0nce\";tag=\"holdfast-request-v1\"");
}

TEST(RequestDigest, TheDigestIsThatOfTheBase) {
  EXPECT_EQ(request_digest(request(), "n0nce"), digest_text(sha256(signature_base(request(), "n0nce"))));
}

TEST(RequestDigest, HeadersFollowSortedAndCredentialsHashed) {
  RequestComponents components = request();
  components.content_type = {};
  components.headers = {{"x-b", " two\t"}, {"authorization", "Bearer t0ken"}, {"x-a", "one"}};
  EXPECT_EQ(signature_base(components, "n"),
            "\"@method\": POST\n"
            "\"@target-uri\": https://pay.example/mcp?x=1\n"
            "\"content-digest\": sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:\n"
            "\"authorization\": sha-256=:" +
                to_base64(bytes_of(sha256("Bearer t0ken"))) +
                ":\n"
                "\"x-a\": one\n"
                "\"x-b\": two\n"
                "\"@signature-params\": (\"@method\" \"@target-uri\" \"content-digest\" \"authorization\" "
                "\"x-a\" \"x-b\")"
                ";nonce=\"n\";tag=\"holdfast-request-v1\"");
}

TEST(RequestDigest, FieldsOfOneNameAreOneComponentInTheirOrder) {
  RequestComponents components = request();
  components.headers = {{"x-a", "two"}, {"x-a", "one"}, {"content-digest", "sha-512=:AA==:"}};
  const std::string base = signature_base(components, "n");
  EXPECT_NE(base.find("\"x-a\": two, one\n"), std::string::npos) << base;
  EXPECT_NE(base.find("9DBPE=:, sha-512=:AA==:\n"), std::string::npos) << base;
}

TEST(RequestDigest, EveryPartCounts) {
  const DigestText digest = request_digest(request(), "n");
  const auto changed = [&](auto change) {
    RequestComponents components = request();
    change(components);
    return request_digest(components, "n") != digest;
  };
  EXPECT_TRUE(changed([](auto& c) { c.method = "PUT"; }));
  EXPECT_TRUE(changed([](auto& c) { c.target_uri = "https://pay.example/mcp?x=2"; }));
  EXPECT_TRUE(changed([](auto& c) { c.content_type = "text/plain"; }));
  EXPECT_TRUE(changed([](auto& c) { c.content[31] ^= 1; }));
  EXPECT_TRUE(changed([](auto& c) { c.headers.push_back({"x-a", ""}); }));
  EXPECT_TRUE(changed([](auto& c) { c.headers.push_back({"cookie", "a=b"}); }));
  EXPECT_NE(request_digest(request(), "m"), digest);
}

TEST(RequestDigest, NoncesAre128RandomBits) {
  EXPECT_EQ(from_base64url(make_nonce())->size(), 16U);
  EXPECT_NE(make_nonce(), make_nonce());
}

}  // namespace
}  // namespace holdfast::crypto
