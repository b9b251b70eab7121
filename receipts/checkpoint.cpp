#include "receipts/checkpoint.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "crypto/encoding.hpp"

namespace holdfast::receipts {
namespace {

constexpr std::string_view kProofHead = "c2sp.org/tlog-proof@v1";
constexpr std::string_view kIndex = "index ";
constexpr std::size_t kMostSiblings = 64;

// Takes the text up to the next line feed, and the line feed. Nothing when there is none.
std::optional<std::string_view> take_line(std::string_view& text) {
  const auto end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

std::optional<std::uint64_t> decimal(std::string_view text) {
  if (text.empty() || (text.size() > 1 && text.front() == '0')) return std::nullopt;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<Hash> hash_of(std::string_view base64) {
  const auto bytes = crypto::from_base64(base64);
  Hash hash;
  if (!bytes || bytes->size() != hash.size()) return std::nullopt;
  std::copy(bytes->begin(), bytes->end(), hash.begin());
  return hash;
}

}  // namespace

Result<std::string> sign_checkpoint(const Checkpoint& head, std::string_view origin,
                                    const crypto::SigningKey& key) {
  std::string text(origin);
  text.append("\n").append(std::to_string(head.size)).append("\n");
  text.append(crypto::to_base64(crypto::bytes_of(head.root))).append("\n");
  return crypto::sign_note(text, origin, key);
}

Result<Checkpoint> open_checkpoint(std::string_view note, const crypto::NoteKey& key) {
  const auto opened = crypto::open_note(note, key);
  if (!opened) return fail(opened.error());
  std::string_view text = *opened;
  const auto origin = take_line(text);
  const auto size = decimal(take_line(text).value_or(""));
  const auto root = hash_of(take_line(text).value_or(""));
  if (!origin || !size || !root || !text.empty()) {
    return fail(Code::malformed, "the signed note is not a checkpoint: origin, size and root, a line each");
  }
  if (*origin != key.name) {
    return fail(Code::unauthenticated, "the checkpoint is not of the log " + key.name);
  }
  return Checkpoint{*size, *root};
}

std::string to_text(const Proof& proof) {
  std::string text(kProofHead);
  text.append("\n").append(kIndex).append(std::to_string(proof.index)).append("\n");
  for (const Hash& hash : proof.siblings)
    text.append(crypto::to_base64(crypto::bytes_of(hash))).append("\n");
  return text.append("\n").append(proof.checkpoint);
}

Result<Proof> parse_proof(std::string_view text) {
  if (take_line(text) != kProofHead)
    return fail(Code::malformed, "the proof does not begin with c2sp.org/tlog-proof@v1");
  const std::string_view line = take_line(text).value_or("");
  const auto index = line.starts_with(kIndex) ? decimal(line.substr(kIndex.size())) : std::nullopt;
  if (!index) return fail(Code::malformed, "the proof's second line is not `index <decimal>`");
  Proof proof{*index, {}, {}};
  for (;;) {
    const auto next = take_line(text);
    if (!next) return fail(Code::malformed, "the proof has no empty line before its checkpoint");
    if (next->empty()) break;
    const auto hash = hash_of(*next);
    if (!hash || proof.siblings.size() == kMostSiblings) {
      return fail(Code::malformed, "the proof's hash " + std::to_string(proof.siblings.size()) +
                                       " is not base64 of 32 bytes, or is one too many");
    }
    proof.siblings.push_back(*hash);
  }
  proof.checkpoint = text;
  return proof;
}

}  // namespace holdfast::receipts
