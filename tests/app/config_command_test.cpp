#include <gmock/gmock.h>

#include "core/json.hpp"
#include "tests/app/process.hpp"

namespace holdfast::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

constexpr const char* kToken = "alice-token-0123456789";

Desk& with_alice(Desk& desk) {
  desk.environment["ALICE_TOKEN"] = kToken;
  return desk;
}

TEST(ConfigCommand, WhatShowPrintsIsTheSameConfigurationWithoutItsSecrets) {
  Desk desk;
  desk.write("holdfast.yaml", kConfig);
  const Finished once = with_alice(desk).run({"config", "show"});
  EXPECT_EQ(once.exit, 0);
  EXPECT_THAT(once.err, IsEmpty());
  EXPECT_THAT(once.out, AllOf(StartsWith("version: 1\n"), HasSubstr("token: \"${ALICE_TOKEN}\"\n"),
                              HasSubstr("  max_wait: 5m\n"), Not(HasSubstr(kToken))));
  desk.write("shown.yaml", once.out);
  const Finished again = desk.run({"config", "show", "--config", "shown.yaml"});
  EXPECT_EQ(again.out, once.out);
}

TEST(ConfigCommand, ShowPrintsJsonToo) {
  Desk desk;
  desk.write("holdfast.yaml", kConfig);
  const Finished done = with_alice(desk).run({"config", "show", "--json"});
  const auto document = json::parse(done.out, {});
  ASSERT_TRUE(document) << done.out;
  EXPECT_EQ(document->root().find("hold")->find("wait")->text(), "50s");
  EXPECT_THAT(done.out, Not(HasSubstr(kToken)));
}

TEST(ConfigCommand, AConfigurationThatWouldNotStartHasNothingToShow) {
  Desk desk;
  desk.write("bad.yaml", "version: 1\ndata_dir: d\nloops: many\nupstreams: []\n");
  const Finished done = desk.run({"config", "show", "--config", "bad.yaml"});
  EXPECT_EQ(done.exit, 1);
  EXPECT_THAT(done.out, IsEmpty());
  EXPECT_THAT(done.err, HasSubstr("bad.yaml:3:8: `loops` must be a whole number from 0 to 256, not `many`"));
}

TEST(ConfigCommand, SchemaNeedsNoConfiguration) {
  Desk desk;
  const Finished done = desk.run({"config", "schema"});
  EXPECT_EQ(done.exit, 0);
  ASSERT_TRUE(json::parse(done.out, {}));
  EXPECT_THAT(done.out, HasSubstr("\"$schema\": \"http://json-schema.org/draft-07/schema#\""));
}

}  // namespace
}  // namespace holdfast::app
