#include "crypto/note.hpp"

#include <gmock/gmock.h>

#include "crypto/encoding.hpp"

namespace holdfast::crypto {
namespace {

using testing::HasSubstr;

// The key and note of the reference implementation of signed notes.
const std::string kVkey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const std::string kSeed = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";  // 0x01 and the seed
const std::string kText =
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const std::string kLine =
    "\xE2\x80\x94 PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

SigningKey signer() {
  return std::move(*SigningKey::from_seed(Secret(from_base64(kSeed)->substr(1))));
}
NoteKey pinned() {
  return *parse_vkey(kVkey);
}

TEST(Note, SigningGivesTheReferenceNote) {
  const SigningKey key = signer();
  EXPECT_EQ(to_vkey({"PeterNeumann", key.public_key()}), kVkey);
  EXPECT_EQ(sign_note(kText, "PeterNeumann", key).value(), kText + "\n" + kLine);
}

TEST(Note, TheReferenceNoteOpens) {
  const std::string note = kText + "\n" + kLine;
  EXPECT_EQ(open_note(note, pinned()).value(), kText);
}

TEST(Note, AnyChangedByteIsRefused) {
  const std::string note = kText + "\n" + kLine;
  for (std::size_t i = 0; i < note.size(); ++i) {
    for (const int flip : {1, 2, 32, 128}) {
      std::string changed = note;
      changed[i] = static_cast<char>(changed[i] ^ flip);
      EXPECT_FALSE(open_note(changed, pinned())) << i << " " << flip;
    }
  }
}

TEST(Note, AnyPartOfItIsRefused) {
  const std::string note = kText + "\n" + kLine;
  for (std::size_t size = 0; size < note.size(); ++size)
    EXPECT_FALSE(open_note(note.substr(0, size), pinned())) << size;
  EXPECT_FALSE(open_note(note + "x", pinned()));
}

TEST(Note, LinesOfOtherKeysAreSkipped) {
  const SigningKey other = std::move(*SigningKey::generate());
  const std::string foreign = sign_note(kText, "other", other)->substr(kText.size() + 1);
  EXPECT_TRUE(open_note(kText + "\n" + foreign + kLine, pinned()));
  const auto only_foreign = open_note(kText + "\n" + foreign, pinned());
  ASSERT_FALSE(only_foreign);
  EXPECT_EQ(only_foreign.error().code, Code::unauthenticated);
  EXPECT_THAT(only_foreign.error().detail, HasSubstr("is not signed by PeterNeumann+c74f20a3"));
}

TEST(Note, AnotherKeyUnderTheSameNameIsAnotherKey) {
  const SigningKey other = std::move(*SigningKey::generate());
  EXPECT_FALSE(open_note(*sign_note(kText, "PeterNeumann", other), pinned()));
}

TEST(Note, ABadLineOfOurKeySpoilsIt) {
  std::string bad = *from_base64(kLine.substr(17, kLine.size() - 18));
  bad.back() = static_cast<char>(bad.back() ^ 1);
  const std::string line = "\xE2\x80\x94 PeterNeumann " + to_base64(bad) + "\n";
  const auto opened = open_note(kText + "\n" + kLine + line, pinned());
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().detail, HasSubstr("does not fit"));
}

TEST(Note, TheTextEndsAtTheLastEmptyLine) {
  const SigningKey key = signer();
  const std::string text = "one\n\ntwo\n";
  EXPECT_EQ(open_note(*sign_note(text, "PeterNeumann", key), pinned()).value(), text);
}

TEST(Note, TextThatIsNotLinesOfUtf8IsNotSigned) {
  const SigningKey key = signer();
  for (const std::string& text :
       {std::string("no end"), std::string("a\x01\n"), std::string("a\r\n"), std::string("\xff\n")}) {
    EXPECT_FALSE(sign_note(text, "name", key)) << text;
  }
}

TEST(Vkey, AnyPartOrChangeIsRefused) {
  for (std::size_t i = 0; i <= kVkey.size(); ++i) {
    for (std::size_t j = i; j <= kVkey.size(); ++j) {
      if (i != 0 || j != kVkey.size()) EXPECT_FALSE(parse_vkey(kVkey.substr(i, j - i))) << i << " " << j;
    }
  }
  for (std::size_t i = 0; i < kVkey.size(); ++i) {
    std::string changed = kVkey;
    changed[i] = static_cast<char>(changed[i] + 1);
    EXPECT_FALSE(parse_vkey(changed)) << changed;
  }
}

TEST(Vkey, NamesHaveNoSpaceAndNoPlus) {
  for (const char* name : {"", "a b", "a+b", "a\tb", "a\nb", "b\xC2\xA0g"})
    EXPECT_FALSE(is_key_name(name)) << name;
  EXPECT_TRUE(is_key_name("holdfast.local/0123456789abcdef"));
}

}  // namespace
}  // namespace holdfast::crypto
