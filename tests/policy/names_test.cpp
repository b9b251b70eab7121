// Names that a careless reader takes for one another.
#include "policy/names.hpp"

#include <gmock/gmock.h>

#include "tests/policy/writing.hpp"

namespace holdfast::policy {
namespace {

TEST(Names, ResemblesWhatFoldsToTheSame) {
  struct Row {
    std::string asked, other;
    bool resembles;
  };
  const Row rows[] = {
      {"amount", "amount", true},
      {"amount", "Amount", true},
      {"Amount", "AMOUNT", true},
      {"amount", "ａｍｏｕｎｔ", true},  // full width
      {"amount", "amo\u00ADunt", true},  // soft hyphen shows nothing
      {"amount", "amount\u200B", true},  // zero width space
      {"send", "\u017Fend", true},       // long s
      {"key", "\u212Aey", true},         // Kelvin sign
      {"office", "o\uFB03ce", true},     // ligature ffi
      {"strasse", "Straße", true},
      {"straße", "STRASSE", true},
      {"caf\u00e9", "CAFE\u0301", true},  // composed and decomposed
      {"amount", "amo\xFFunt", true},     // not UTF-8: anything
      {"amount", "\u0430mount", false},   // a Cyrillic letter is another letter
      {"amount", "amounts", false},
      {"amount", "amoun", false},
      {"amount", "", false},
      {"amount", "amount_", false},
      {"amount", "am\u00f6unt", false},
      {"amount", "amount\u0301", false},
      {"a", std::string("a\0", 2), false},
  };
  for (const Row& row : rows)
    EXPECT_EQ(Name(row.asked).resembles(row.other), row.resembles) << row.other;
}

TEST(Names, NormalFormC) {
  EXPECT_TRUE(is_nfc(""));
  EXPECT_TRUE(is_nfc("plain"));
  EXPECT_TRUE(is_nfc("caf\u00e9 \u4f60\u597d \U0001F600"));
  EXPECT_FALSE(is_nfc("cafe\u0301"));
  EXPECT_FALSE(is_nfc("\u212B"));  // the Angstrom sign composes to another letter
  EXPECT_FALSE(is_nfc("a\xFF"));
  EXPECT_FALSE(is_nfc("\u4f60\xE4"));
}

class LookAlike : public testing::Test {
 protected:
  static std::shared_ptr<const Policy> policy() {
    Options written = options({rule("payment.send", Effect::allow), rule("payment.*", Effect::deny)});
    written.listed_tools = {"crm.refund.create"};
    return compiled(std::move(written));
  }
};

TEST_F(LookAlike, ToolsThatSomebodyWroteDownAreNumberedAndDecisionsSayWhichWasCalled) {
  const auto judge = policy();
  ASSERT_EQ(judge->known_tools(), (std::vector<std::string>{"payment.send", "crm.refund.create"}));
  const auto called = [&](std::string_view tool) {
    TestCall call("{}");
    call.call.tool = tool;
    EXPECT_EQ(judge->decide(call.call).tool, judge->number_of(tool)) << tool;
    return judge->decide(call.call).tool;
  };
  EXPECT_EQ(called("payment.send"), 1U);
  EXPECT_EQ(called("crm.refund.create"), 2U);
  EXPECT_EQ(called("payment.pay"), 0U);
  EXPECT_EQ(called("payment.Send"), 0U);
}

TEST_F(LookAlike, NamesTheToolThatIsMeant) {
  const auto judge = policy();
  for (const std::string tool :
       {"payment.Send", "PAYMENT.SEND", "payment.send.", "payment.send..", "payment.send ", "payment. send",
        "payment.send\t", "payment.\u017Fend", "payment.ｓｅｎｄ", "payment.send\u200B", "payment.send\u00A0",
        "payment\uFF0Esend", " payment.send"}) {
    EXPECT_EQ(judge->look_alike(tool), "payment.send") << tool;
  }
  EXPECT_EQ(judge->look_alike(std::string("payment.send\0", 13)), "payment.send");
  EXPECT_EQ(judge->look_alike("crm.refund.CREATE"), "crm.refund.create");
}

TEST_F(LookAlike, OfAPatternIsFoundToo) {
  const auto judge =
      compiled(options({rule("payment.del*", Effect::deny), rule("payment.**.Admin", Effect::deny),
                        rule("payment.DELETE_ME", Effect::allow), rule("**", Effect::allow)}));
  for (const std::string tool :
       {"payment.Delete", "payment.\uff44elete", "payment. delete", "payment.de\u200blete"})
    EXPECT_EQ(judge->look_alike(tool), "payment.del*") << tool;
  EXPECT_EQ(judge->look_alike("payment.x.admin"), "payment.**.Admin");
  for (const std::string tool : {"payment.delete", "payment.deletE", "payment.x.Admin", "payment.DELETE_ME",
                                 "payment.send", "PAYMENT.delete", "crm.delete", "payment.d\u0435lete"})
    EXPECT_EQ(judge->look_alike(tool), "") << tool;
}

TEST_F(LookAlike, IsEmptyForTheToolItselfAndForOthers) {
  const auto judge = policy();
  for (const char* tool : {"payment.send", "crm.refund.create", "payment.sends", "payment.se nd",
                           "payment.refund", "payment.s\u0435nd", "", ".", "payment.*"}) {
    EXPECT_EQ(judge->look_alike(tool), "") << tool;
  }
}

TEST_F(LookAlike, TwoNamesThatDifferOnlyInCaseAreBothThemselves) {
  const auto judge = compiled(options({rule("a.send", Effect::allow), rule("a.Send", Effect::deny)}));
  EXPECT_EQ(judge->look_alike("a.send"), "");
  EXPECT_EQ(judge->look_alike("a.Send"), "");
  EXPECT_EQ(judge->look_alike("a.SEND"), "a.send");
}

}  // namespace
}  // namespace holdfast::policy
