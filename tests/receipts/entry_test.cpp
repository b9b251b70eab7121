#include "receipts/entry.hpp"

#include <gtest/gtest.h>

#include "receipts/form.hpp"
#include "receipts/queue.hpp"

namespace holdfast::receipts {
namespace {

const std::string kBoot = "0199d6f1-0000-7000-8000-000000000001";
const std::string kId = "0199d6f1-0000-7000-8000-000000000002";

std::string good(const std::string& more = "") {
  return R"({"boot":")" + kBoot + R"(","iat":1760000000,"id":")" + kId +
         R"(","iss":"holdfast.example/test","kind":"gap","seq":7,"v":1)" + more + "}";
}

std::string stamped(Queue& queue) {
  Text bytes;
  queue.stamp(bytes, queue.entries().back(), 1760000000, 7);
  return std::string(bytes.view());
}

// As the writer makes it of what was queued.
std::string queued(std::string kind, const EntryText& members) {
  Queue queue;
  queue.add(std::move(kind), members, "holdfast.example/test", kBoot, {});
  return stamped(queue);
}

TEST(Entry, IsOneObjectInJcsForm) {
  EXPECT_EQ(queued("gap", json::ObjectText().set("id", kId)), good());
}

TEST(Entry, IsSortedWhateverItsMembersAreCalled) {
  for (const char* name : {"a", "iaa", "iau", "ias", "j", "sep", "ser", "zz"}) {
    const std::string bytes = queued("gap", json::ObjectText().set("id", kId).set(name, json::ObjectText()));
    EXPECT_TRUE(parse_entry(bytes)) << bytes;
    EXPECT_TRUE(has_entry_form(bytes)) << bytes;
  }
}

TEST(Entry, OfAQueueThatWasUsedBeforeIsTheSame) {
  Queue queue;
  for (int round = 0; round < 2; ++round) {
    queue.add("gap", json::ObjectText().set("id", kBoot), "o", kBoot, {});
    queue.add("gap", json::ObjectText().set("id", kId), "holdfast.example/test", kBoot, {});
    EXPECT_EQ(stamped(queue), good());
    queue.clear();
  }
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

// The writer's quick look and the verifier's reading are two pieces of code. Whatever the writer lets
// through, the verifier must take; so every byte of an entry is tried with every other value. The writer
// reads an entry of plain ASCII faster than others.
class EntryByteByByte : public testing::TestWithParam<const char*> {};

INSTANTIATE_TEST_SUITE_P(Agents, EntryByteByByte,
                         testing::Values(R"(a\"\\\n\u001fé€😀)", "of plain ASCII, DEL \x7f", ""));

TEST_P(EntryByteByByte, TheWritersLookNeverLetsThroughWhatTheReaderRefuses) {
  const std::string entry = std::string(R"({"agent":{"auth":"token","id":")") + GetParam() +
                            R"("},"approvals":[],"boot":")" + kBoot +
                            R"(","flags":[true,false,[{}]],"iat":1760000000,"iax":"","id":")" + kId +
                            R"(","iss":"o","kind":"receipt","n":-10,"seq":0,"v":1})";
  ASSERT_TRUE(parse_entry(entry));
  ASSERT_TRUE(has_entry_form(entry));
  // What is no matter of form: the kinds, the ids, v.
  const auto reads = [](std::string_view bytes) {
    const auto read = parse_entry(bytes);
    return read || read.error().detail.starts_with("the entry's ") ||
           read.error().detail.starts_with("the entry has no");
  };
  int let_through = 0;
  for (std::size_t i = 0; i < entry.size(); ++i) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string other = entry;
      other[i] = static_cast<char>(byte);
      if (!has_entry_form(other)) continue;
      ++let_through;
      EXPECT_TRUE(reads(other)) << other;
    }
    EXPECT_FALSE(has_entry_form(entry.substr(0, i))) << i;
    const std::string shorter = entry.substr(0, i) + entry.substr(i + 1);
    EXPECT_TRUE(!has_entry_form(shorter) || reads(shorter)) << shorter;
  }
  EXPECT_GT(let_through, 10'000);
}

TEST(Entry, TheWritersLookRefusesEveryOtherForm) {
  const std::pair<const char*, const char*> bad[] = {
      {"empty", ""},
      {"an array", "[]"},
      {"white space", R"({ "a":1})"},
      {"something behind", R"({"a":1}{})"},
      {"not sorted", R"({"b":1,"a":1})"},
      {"a name twice", R"({"a":1,"a":1})"},
      {"an empty name", R"({"":1})"},
      {"a float", R"({"a":1.5})"},
      {"an exponent", R"({"a":1e3})"},
      {"minus zero", R"({"a":-0})"},
      {"a leading zero", R"({"a":01})"},
      {"2^53", R"({"a":9007199254740992})"},
      {"-2^53", R"({"a":-9007199254740992})"},
      {"a huge number", R"({"a":99999999999999999999})"},
      {"a null", R"({"a":null})"},
      {"a null inside", R"({"a":[{"y":null}]})"},
      {"a name that is not ASCII", "{\"x\xC3\xA9\":1}"},
      {"a long escape", R"({"a":"\u0041"})"},
      {"an upper-case escape", R"({"a":"\u001F"})"},
      {"a line feed written long", R"({"a":"\u000a"})"},
      {"an escaped slash", R"({"a":"\/"})"},
      {"a line feed as it is", "{\"a\":\"\n\"}"},
      {"not UTF-8", "{\"a\":\"\xff\"}"},
      {"a surrogate", "{\"a\":\"\xED\xA0\x80\"}"},
      {"a comma too many", R"({"a":1,})"},
      {"too deep", R"({"a":[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]})"},
  };
  for (const auto& [name, bytes] : bad)
    EXPECT_FALSE(has_entry_form(bytes)) << name;
  EXPECT_TRUE(has_entry_form(R"({"a":-9007199254740991})"));
  EXPECT_TRUE(has_entry_form(R"({"a":1,"aa":1,"ab":1,"b":1})"));
  EXPECT_FALSE(has_entry_form(R"({"a":1,"ab":1,"aa":1,"b":1})"));
}

}  // namespace
}  // namespace holdfast::receipts
