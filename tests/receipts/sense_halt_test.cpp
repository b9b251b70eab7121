// The rules of sense about the kill switch (rules 11 and 12 of docs/receipt-log-format.md).
#include "receipts/sense.hpp"
#include "tests/receipts/log_fixture.hpp"

namespace holdfast::receipts {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class SenseOfHalts : public LogFixture {
 protected:
  SenseOfHalts() { open(); }
  void turn(const char* act, const char* auth = "token") {
    json::ObjectText by;
    by.set("auth", auth);
    if (std::string_view(auth) == "token") by.set("id", "alice");
    ASSERT_TRUE(append("halt", json::ObjectText().set("id", id()).set("act", act).set("by", by)));
  }
  Appended authorized(const std::string& call) {
    const auto at = append("authorize", authorize(call, {approval("alice", "lead")}));
    EXPECT_TRUE(at);
    return at.value_or(Appended{});
  }
  void answer(const std::string& call, const Appended& at, const char* state) {
    json::ObjectText members = base(call, "", "escalate");
    members.set("outcome", json::ObjectText().set("state", state));
    members.set("prev", json::ObjectText().set("index", at.index).set("hash", hex_of(at)));
    add_approvals(members, {approval("alice", "lead")});
    ASSERT_TRUE(append("receipt", std::move(members)));
  }
};

TEST_F(SenseOfHalts, WhatIsAuthorizedDuringAHaltDoesNotRun) {
  append_roster();
  const std::string before = id();
  const Appended first = authorized(before);
  turn("halt");
  answer(before, first, "succeeded");  // it had left
  const std::string during = id();
  const Appended second = authorized(during);
  answer(during, second, "halted");
  EXPECT_THAT(failures(), IsEmpty());

  const std::string wrong = id();
  const Appended third = authorized(wrong);
  turn("resume");
  answer(wrong, third, "succeeded");
  EXPECT_THAT(failures(), ElementsAre(HasSubstr("authorized while everything was halted")));
}

TEST_F(SenseOfHalts, TheHaltLastsOverABoot) {
  append_roster();
  turn("halt", "signal");
  reopen();
  const std::string call = id();
  const Appended at = authorized(call);
  answer(call, at, "succeeded");
  EXPECT_THAT(failures(), ElementsAre(HasSubstr("authorized while everything was halted")));
}

TEST_F(SenseOfHalts, TurnsComeInTurn) {
  turn("resume");
  EXPECT_THAT(failures(), ElementsAre(HasSubstr("a resume follows no halt")));
  turn("halt");
  reopen();
  turn("halt");
  EXPECT_THAT(failures(), Contains(HasSubstr("a halt follows a halt that was not lifted")));
}

TEST_F(SenseOfHalts, ATurnSaysWhoseItWas) {
  turn("halt", "guess");
  EXPECT_THAT(failures(), Contains(HasSubstr("whose order")));
  turn("resume", "signal");
  EXPECT_THAT(failures(), Contains(HasSubstr("a signal cannot resume")));
  turn("pause");
  EXPECT_THAT(failures(), Contains(HasSubstr("neither halt nor resume")));
}

}  // namespace
}  // namespace holdfast::receipts
