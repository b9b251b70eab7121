#include "receipts/verify.hpp"

#include "crypto/note.hpp"
#include "receipts/checkpoint.hpp"
#include "receipts/entry.hpp"
#include "receipts/merkle.hpp"
#include "receipts/sense.hpp"

namespace holdfast::receipts {
namespace {

std::string summary_of(const Entry& entry) {
  const json::Value* root = &entry.root();
  std::string line = std::string(entry.kind) + " " + std::string(entry.id);
  const auto add = [&](std::string_view word, std::string_view text) {
    if (!text.empty()) line.append(", ").append(word).append(" ").append(text);
  };
  add("call", text_of(root, "call"));
  add("tool", text_of(object_of(root, "request"), "tool"));
  add("decision", text_of(object_of(root, "decision"), "effect"));
  for (const Approval& approval : approvals_of(*root))
    add(approval.act + " by", approval.kid);
  add("outcome", text_of(object_of(root, "outcome"), "state"));
  return line;
}

}  // namespace

Result<Verified> verify_entry(std::string_view entry, std::string_view proof, std::string_view vkey) {
  const auto key = crypto::parse_vkey(vkey);
  if (!key) return fail(Code::malformed, "vkey: " + key.error().detail);
  const auto parts = parse_proof(proof);
  if (!parts) return fail(Code::malformed, "proof: " + parts.error().detail);
  const auto head = open_checkpoint(parts->checkpoint, *key);
  if (!head) return fail(head.error().code, "checkpoint: " + head.error().detail);
  if (parts->index >= head->size) {
    return fail(Code::unauthenticated, "inclusion: the checkpoint covers " + std::to_string(head->size) +
                                           " entries, and the proof is of entry " +
                                           std::to_string(parts->index));
  }
  if (!verify_inclusion(leaf_hash(entry), parts->index, head->size, parts->siblings, head->root)) {
    return fail(Code::unauthenticated,
                "inclusion: the entry's hash and the proof do not lead to the signed root");
  }
  const auto parsed = parse_entry(entry);
  if (!parsed) return fail(Code::malformed, "entry: " + parsed.error().detail);
  if (parsed->issuer != key->name)
    return fail(Code::malformed, "entry: iss is not the log's origin " + key->name);
  if (const std::string sentence = nonsense(*parsed); !sentence.empty()) {
    return fail(Code::malformed, "sense: " + sentence);
  }
  return Verified{parts->index, head->size, summary_of(*parsed)};
}

}  // namespace holdfast::receipts
