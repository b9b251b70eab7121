// The rule of sense about labels that an admin takes off (rule 13 of docs/receipt-log-format.md).
#include "tests/receipts/log_fixture.hpp"

namespace holdfast::receipts {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

class SenseOfLabels : public LogFixture {
 protected:
  SenseOfLabels() { open(); }
  json::ObjectText removal() {
    json::ObjectText members;
    members.set("id", id())
        .set("agent", json::ObjectText().set("id", "bot"))
        .set_raw("labels", R"(["private"])");
    return members;
  }
  static json::ObjectText root() { return json::ObjectText().set("auth", "token").set("id", "root"); }
};

TEST_F(SenseOfLabels, ARemovalIsGoodAndLeavesTheRosterInForce) {
  append_roster();
  ASSERT_TRUE(append("roster", removal().set("act", "remove_labels").set("by", root())));
  const std::string call = id();
  const auto at = append("authorize", authorize(call, {approval("alice", "lead")}));
  ASSERT_TRUE(at);
  json::ObjectText members = base(call, "", "escalate");
  members.set("outcome", json::ObjectText().set("state", "succeeded"));
  members.set("prev", json::ObjectText().set("index", at->index).set("hash", hex_of(*at)));
  add_approvals(members, {approval("alice", "lead")});
  ASSERT_TRUE(append("receipt", std::move(members)));
  EXPECT_THAT(failures(), IsEmpty());
}

TEST_F(SenseOfLabels, ItSaysWhatItDoesAndWhoseOrderItWas) {
  ASSERT_TRUE(append("roster", removal().set("act", "remove_labels")));
  EXPECT_THAT(failures(), Contains(HasSubstr("whose order")));
  ASSERT_TRUE(append("roster", removal().set("act", "add_labels").set("by", root())));
  EXPECT_THAT(failures(), Contains(HasSubstr("act is not remove_labels")));
}

TEST_F(SenseOfLabels, ItNamesNoRoster) {
  ASSERT_TRUE(
      append("roster", removal().set("act", "remove_labels").set("by", root()).set("digest", "sha256:00")));
  EXPECT_THAT(failures(), Contains(HasSubstr("names a roster")));
}

}  // namespace
}  // namespace holdfast::receipts
