#include "receipts/checkpoint.hpp"

#include <gmock/gmock.h>

namespace holdfast::receipts {
namespace {

using testing::HasSubstr;

const std::string kOrigin = "holdfast.example/test";
const std::string kRoot = "3wxSSMfDGKcr7vNMSgysvuHe4KIMYVZYhudGJe/3Fxk=\n";

class CheckpointNote : public testing::Test {
 protected:
  // A note by the log's own key over this text.
  std::string refusal(const std::string& text) {
    const auto note = crypto::sign_note(text, kOrigin, key_);
    const auto head = open_checkpoint(*note, {kOrigin, key_.public_key()});
    return head ? "" : head.error().detail;
  }
  const crypto::SigningKey key_ = std::move(*crypto::SigningKey::generate());
};

TEST_F(CheckpointNote, IsOriginSizeAndRoot) {
  EXPECT_EQ(refusal(kOrigin + "\n5\n" + kRoot), "");
  EXPECT_EQ(refusal(kOrigin + "\n0\n" + kRoot), "");
}

TEST_F(CheckpointNote, OfAnotherLogIsRefusedThoughOurKeySignedIt) {
  EXPECT_THAT(refusal("holdfast.example/other\n5\n" + kRoot), HasSubstr("is not of the log " + kOrigin));
}

TEST_F(CheckpointNote, InAnyOtherFormIsRefused) {
  const std::pair<const char*, std::string> bad[] = {
      {"no root", kOrigin + "\n5\n"},
      {"no size", kOrigin + "\n" + kRoot},
      {"a leading zero", kOrigin + "\n05\n" + kRoot},
      {"a sign", kOrigin + "\n+5\n" + kRoot},
      {"a space", kOrigin + "\n5 \n" + kRoot},
      {"over 64 bits", kOrigin + "\n18446744073709551616\n" + kRoot},
      {"a short root", kOrigin + "\n5\nAAAA\n"},
      {"an extension line", kOrigin + "\n5\n" + kRoot + "more\n"},
  };
  for (const auto& [name, text] : bad)
    EXPECT_THAT(refusal(text), HasSubstr("is not a checkpoint")) << name;
}

TEST(ProofText, IsReadAsItIsWritten) {
  const Proof proof{5, {leaf_hash("a"), leaf_hash("b")}, "a note\n\nwith lines\n"};
  const auto read = parse_proof(to_text(proof));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->index, 5U);
  EXPECT_EQ(read->siblings, proof.siblings);
  EXPECT_EQ(read->checkpoint, proof.checkpoint);
}

TEST(ProofText, InAnyOtherFormIsRefused) {
  const std::string head = "c2sp.org/tlog-proof@v1\n";
  const std::vector<std::string> bad = {"",
                                        head,
                                        head + "index 1",
                                        head + "index 01\n\n",
                                        head + "index -1\n\n",
                                        head + "index\n\n",
                                        head + "Index 1\n\n",
                                        "c2sp.org/tlog-proof@v2\nindex 1\n\n",
                                        head + "extra AA==\nindex 1\n\n",
                                        head + "index 1\nAAAA\n\n",
                                        head + "index 1\n" + kRoot};
  for (const std::string& text : bad)
    EXPECT_FALSE(parse_proof(text)) << text;
}

}  // namespace
}  // namespace holdfast::receipts
