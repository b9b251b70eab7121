// Notes, checkpoints, proofs and vkeys: what is taken has one spelling, and nothing verifies but what was
// signed. An input is tried in every role beside the true rest.
#include "crypto/note.hpp"
#include "receipts/checkpoint.hpp"
#include "receipts/verify.hpp"
#include "tests/fuzz/claim.hpp"

namespace holdfast::fuzz {
namespace {

using namespace receipts;

// A log of five entries signed with a key that everybody knows; corpus/proof holds what it makes.
struct Known {
  Known() : key(crypto::SigningKey::from_seed(Secret(std::string(32, 'k'))).value()) {
    std::vector<Hash> leaves;
    for (int i = 0; i < 5; ++i) {
      entries.push_back(fmt::format(
          R"({{"boot":"0199c0de-0000-7000-8000-0000000000ff","iat":1763112345,"id":"0199c0de-0000-7000-8000-00000000000{0}","iss":"{1}","kind":"heartbeat","seq":{0},"v":1}})",
          i, kOrigin));
      tree.append(leaf_hash(entries.back()));
      for (const Hash& hash : tree.completed())
        hashes.push_back(hash);
    }
    checkpoint = sign_checkpoint({5, tree.root()}, kOrigin, key).value();
    const auto read = [this](unsigned level, std::uint64_t n) -> Result<Hash> {
      return hashes.at(stored_position(level, n));
    };
    proof.index = 2;
    proof.siblings = inclusion_proof(2, 5, read).value();
    proof.checkpoint = checkpoint;
    vkey = crypto::to_vkey({kOrigin, key.public_key()});
    note = {kOrigin, key.public_key()};
  }

  static constexpr const char* kOrigin = "holdfast.test/log";
  crypto::SigningKey key;
  std::vector<std::string> entries;
  RightEdge tree;
  std::vector<Hash> hashes;
  std::string checkpoint, vkey;
  Proof proof;
  crypto::NoteKey note;
};

void try_note(const Known& known, std::string_view text) {
  const auto opened = crypto::open_note(text, known.note);
  const auto head = open_checkpoint(text, known.note);
  claim(!head || opened, "a checkpoint is a note", text);
  if (!opened) return;
  const std::string signed_text = known.checkpoint.substr(0, known.checkpoint.find("\n\n") + 1);
  claim_equal(*opened, signed_text, "only what was signed is opened");
  claim(head && head->size == 5 && head->root == known.tree.root(), "the checkpoint says what was signed",
        text);
}

void try_proof(const Known& known, std::string_view text) {
  const auto proof = parse_proof(text);
  if (proof) claim_equal(to_text(*proof), text, "a proof has one spelling");
  const auto verified = verify_entry(known.entries[2], text, known.vkey);
  if (!verified) return;
  claim(proof.has_value(), "what verifies is a proof", text);
  claim(proof->index == 2 && proof->siblings == known.proof.siblings, "one entry has one proof", text);
  try_note(known, proof->checkpoint);
}

void try_vkey(const Known& known, std::string_view text) {
  const auto key = crypto::parse_vkey(text);
  if (key) claim_equal(crypto::to_vkey(*key), text, "a vkey has one spelling");
  if (verify_entry(known.entries[2], to_text(known.proof), text)) {
    claim_equal(text, known.vkey, "only the log's own key verifies its entries");
  }
}

void try_entry(const Known& known, std::string_view text) {
  if (verify_entry(text, to_text(known.proof), known.vkey)) {
    claim_equal(text, known.entries[2], "only the entry itself verifies");
  }
}

}  // namespace
}  // namespace holdfast::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast::fuzz;
  static const Known known;
  static const auto truth =
      holdfast::receipts::verify_entry(known.entries[2], to_text(known.proof), known.vkey);
  claim(truth.has_value(), "the true proof verifies", truth ? "" : truth.error().detail);
  const std::string_view text = text_of(data, size);
  try_note(known, text);
  try_proof(known, text);
  try_vkey(known, text);
  try_entry(known, text);
  return 0;
}
