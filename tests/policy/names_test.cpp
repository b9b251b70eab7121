// Names that a careless reader takes for one another.
#include "policy/names.hpp"

#include <gmock/gmock.h>

#include <array>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "policy/normal_form.hpp"
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

// As utf8proc does it, for every character of the first two planes and for texts made of those that compose,
// fold and are reordered.
TEST(Names, NormalFormsAreThoseOfUtf8proc) {
  constexpr int kForms[] = {UTF8PROC_STABLE | UTF8PROC_COMPOSE, UTF8PROC_STABLE | UTF8PROC_COMPAT |
                                                                    UTF8PROC_CASEFOLD | UTF8PROC_IGNORE |
                                                                    UTF8PROC_COMPOSE};
  const auto expect_same = [&](const std::string& text) {
    for (const int form : kForms) {
      utf8proc_uint8_t* raw = nullptr;
      const auto size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                     static_cast<utf8proc_ssize_t>(text.size()), &raw,
                                     static_cast<utf8proc_option_t>(form));
      std::optional<std::string> theirs;
      if (size >= 0) theirs.emplace(reinterpret_cast<const char*>(raw), static_cast<std::size_t>(size));
      std::free(raw);
      ASSERT_EQ(normal_form(text, form), theirs) << testing::PrintToString(text);
    }
  };
  std::vector<std::string> telling{"a",      "\u00e9", "\uac00", "\u1100",
                                   "\u1161", "\u11a8", "\xff",   std::string(1, '\0')};
  for (utf8proc_int32_t point = 0; point < 0x20000; ++point) {
    std::array<utf8proc_uint8_t, 4> encoded{};
    const auto size = utf8proc_encode_char(point, encoded.data());
    const std::string one(reinterpret_cast<const char*>(encoded.data()), static_cast<std::size_t>(size));
    expect_same(one);
    if (utf8proc_get_property(point)->combining_class > 0) telling.push_back(one);
  }
  std::mt19937 random(20261122);
  for (int i = 0; i < 5000; ++i) {
    std::string text;
    for (auto left = random() % 9; left > 0; --left)
      text += telling[random() % 3 == 0 ? random() % 8 : random() % telling.size()];
    expect_same(text);
  }
}

// What an agent sends may be a megabyte of nothing but marks, each in the wrong place. It must not keep the
// loop: of a quarter of that a sort that swaps neighbours takes five minutes.
TEST(Names, OfALongTextOfMarksAreFoldedInATimeThatGrowsWithIt) {
  constexpr std::size_t kHalf = 1 << 16;
  std::string wrong, right, spaces;
  for (std::size_t i = 0; i < kHalf; ++i)
    wrong += "\u0301", right += "\u0323", spaces += "\u2028";
  std::swap(wrong, right);
  const std::string sorted = wrong + right;
  const std::string text = right + wrong;
  EXPECT_TRUE(fold(text) == sorted);
  EXPECT_FALSE(is_nfc(text));
  EXPECT_TRUE(is_nfc(sorted));
  EXPECT_TRUE(careless_tool(text) == sorted);
  EXPECT_EQ(careless_tool(spaces), "");
}

class LookAlike : public testing::Test {
 protected:
  static std::shared_ptr<const Policy> policy() {
    Options written = options({rule("payment.send", Effect::allow), rule("payment.*", Effect::deny)});
    written.directory.upstreams = {upstream("crm", Protocol::http, {"refund.create"})};
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

// An upstream's name may have capitals, and part of it may be a wildcard.
TEST_F(LookAlike, OfAPatternForSeveralUpstreamsIsFoundToo) {
  const auto judge = compiled(options({rule("Pay*.delete*", Effect::deny), rule("Crm**.Drop", Effect::deny),
                                       rule("*Vault.read*", Effect::deny), rule("**", Effect::allow)}));
  EXPECT_EQ(judge->look_alike("Payment.Delete_all"), "Pay*.delete*");
  EXPECT_EQ(judge->look_alike("CrmEast.table.drop"), "Crm**.Drop");
  EXPECT_EQ(judge->look_alike("OurVault.Read"), "*Vault.read*");
  for (const char* tool :
       {"Payment.delete_all", "payment.Delete_all", "CrmEast.Drop", "crm.drop", "vault.Read"})
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
