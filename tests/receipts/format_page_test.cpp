// The worked example of docs/receipt-log-format.md, computed again.
#include <sstream>

#include "crypto/note.hpp"
#include "receipts/checkpoint.hpp"
#include "tests/receipts/log_fixture.hpp"

namespace holdfast::receipts {
namespace {

// The text of the page's block of this name.
std::string block(const std::string& name) {
  const std::string page = slurp(std::filesystem::path(HOLDFAST_SOURCE_DIR) / "docs/receipt-log-format.md");
  const std::string fence = "```" + name + "\n";
  const std::size_t begin = page.find(fence);
  if (begin == std::string::npos) return "";
  const std::size_t text = begin + fence.size();
  return page.substr(text, page.find("```", text) - text);
}

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> found;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);)
    found.push_back(line);
  return found;
}

crypto::SigningKey example_key() {
  std::string seed;
  for (char c = 0; c < 32; ++c)
    seed += c;
  return std::move(*crypto::SigningKey::from_seed(Secret(seed)));
}

const std::string kOrigin = "holdfast.example/docs";

TEST(FormatPage, TheVkeyIsThatOfTheSeed) {
  EXPECT_EQ(block("vkey"), crypto::to_vkey({kOrigin, example_key().public_key()}) + "\n");
}

TEST(FormatPage, TheEntriesGiveTheHashesAndTheRoot) {
  const auto entries = lines(block("entries"));
  ASSERT_EQ(entries.size(), 5U);
  std::string hashes;
  RightEdge tree;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const auto entry = parse_entry(entries[i]);
    EXPECT_TRUE(entry) << entry.error().detail;
    const Hash leaf = leaf_hash(entries[i]);
    hashes += std::to_string(i) + " " + crypto::to_hex(crypto::bytes_of(leaf)) + "\n";
    tree.append(leaf);
  }
  EXPECT_EQ(block("hashes"), hashes + "root " + crypto::to_hex(crypto::bytes_of(tree.root())) + "\n");
}

TEST(FormatPage, TheProofIsOursByteForByte) {
  const auto entries = lines(block("entries"));
  RightEdge tree;
  std::vector<Hash> stored;
  for (const std::string& entry : entries) {
    tree.append(leaf_hash(entry));
    for (const Hash& hash : tree.completed())
      stored.push_back(hash);
  }
  const auto siblings = inclusion_proof(3, 5, [&](unsigned level, std::uint64_t n) -> Result<Hash> {
    return stored.at(stored_position(level, n));
  });
  const auto checkpoint = sign_checkpoint({tree.size(), tree.root()}, kOrigin, example_key());
  EXPECT_EQ(block("proof"), to_text({3, *siblings, *checkpoint}));
}

TEST(FormatPage, TheProofVerifies) {
  const std::string vkey = lines(block("vkey")).at(0);
  const auto verified = verify_entry(lines(block("entries")).at(3), block("proof"), vkey);
  ASSERT_TRUE(verified) << verified.error().detail;
  EXPECT_EQ(verified->index, 3U);
  EXPECT_EQ(verified->tree_size, 5U);
}

}  // namespace
}  // namespace holdfast::receipts
