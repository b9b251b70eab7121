#include "receipts/entry.hpp"

#include <gmock/gmock.h>

namespace holdfast::receipts {
namespace {

using testing::HasSubstr;

const std::string kBoot = "0199d6f1-0000-7000-8000-000000000001";
const std::string kId = "0199d6f1-0000-7000-8000-000000000002";
const Stamp kStamp{"holdfast.example/test", 1760000000, kBoot, 7};

std::string good(const std::string& more = "") {
  return R"({"boot":")" + kBoot + R"(","iat":1760000000,"id":")" + kId +
         R"(","iss":"holdfast.example/test","kind":"gap","seq":7,"v":1)" + more + "}";
}

TEST(Entry, IsOneObjectInJcsForm) {
  const auto made = make_entry("gap", json::ObjectText().set("id", kId), kStamp);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->bytes, good());
  EXPECT_EQ(made->entry.kind, "gap");
  EXPECT_EQ(made->entry.seq, 7U);
  EXPECT_EQ(made->entry.at, 1760000000U);
}

TEST(Entry, ReadsWhatItWrote) {
  const auto entry = parse_entry(good());
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->id, kId);
  EXPECT_EQ(entry->boot, kBoot);
  EXPECT_EQ(entry->issuer, "holdfast.example/test");
}

TEST(Entry, EveryOtherFormIsRefused) {
  const auto replaced = [](std::string text, std::string_view from, std::string_view to) {
    return text.replace(text.find(from), from.size(), to);
  };
  const std::pair<const char*, std::string> bad[] = {
      {"empty", ""},
      {"an array", "[]"},
      {"white space", " " + good()},
      {"a line feed behind", good() + "\n"},
      {"something behind", good() + "{}"},
      {"not sorted", replaced(good(), R"("seq":7,"v":1)", R"("v":1,"seq":7)")},
      {"a name twice", replaced(good(), R"("v":1)", R"("v":1,"v":1)")},
      {"a float", good(R"(,"x":1.5)")},
      {"an exponent", good(R"(,"x":1e3)")},
      {"minus zero", good(R"(,"x":-0)")},
      {"2^53", good(R"(,"x":9007199254740992)")},
      {"-2^53", good(R"(,"x":-9007199254740992)")},
      {"a huge number", good(R"(,"x":99999999999999999999)")},
      {"a null", good(R"(,"x":null)")},
      {"a null inside", good(R"(,"x":[{"y":null}])")},
      {"a name that is not ASCII", good(",\"x\xC3\xA9\":1")},
      {"a long escape", replaced(good(), "gap", "\\u0067ap")},
      {"not UTF-8", good(",\"x\":\"\xff\"")},
      {"version 2", replaced(good(), R"("v":1)", R"("v":2)")},
      {"an unknown kind", replaced(good(), "gap", "gop")},
      {"an id that is none", replaced(good(), kId, "0199d6f1")},
      {"an upper-case id", replaced(good(), kId, "0199D6F1-0000-7000-8000-000000000002")},
      {"a boot that is none", replaced(good(), kBoot, "x")},
      {"a negative seq", replaced(good(), R"("seq":7)", R"("seq":-7)")},
      {"a seq that is text", replaced(good(), R"("seq":7)", R"("seq":"7")")},
      {"no issuer", replaced(good(), "holdfast.example/test", "")},
      {"no time", replaced(good(), R"("iat":1760000000,)", "")},
  };
  for (const auto& [name, bytes] : bad)
    EXPECT_FALSE(parse_entry(bytes)) << name;
  EXPECT_TRUE(parse_entry(good(R"(,"x":-9007199254740991)")));
}

TEST(Entry, IsAtMost65535Bytes) {
  const auto filled = [](std::size_t size) {
    const std::size_t rest = size - good(R"(,"x":"")").size();
    return make_entry("gap", json::ObjectText().set("id", kId).set("x", std::string(rest, 'x')), kStamp);
  };
  EXPECT_EQ(filled(kLargestEntry)->bytes.size(), kLargestEntry);
  const auto over = filled(kLargestEntry + 1);
  ASSERT_FALSE(over);
  EXPECT_EQ(over.error().code, Code::too_large);
}

TEST(Entry, MembersThatMakeNoEntryNeverReachTheLog) {
  const auto made = make_entry("receipt", json::ObjectText().set("id", kId).set_raw("amount", "1.5"), kStamp);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, Code::internal);
  EXPECT_THAT(made.error().detail, HasSubstr("kind receipt"));
}

}  // namespace
}  // namespace holdfast::receipts
