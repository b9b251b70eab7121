#include "crypto/note.hpp"

#include <algorithm>

#include "core/json_text.hpp"
#include "crypto/digest.hpp"
#include "crypto/encoding.hpp"

namespace holdfast::crypto {
namespace {

constexpr char kEd25519 = 0x01;                      // the signature type of c2sp.org/signed-note
constexpr std::string_view kDash = "\xE2\x80\x94 ";  // em dash, space
constexpr std::size_t kLargestNote = 256 << 10;
constexpr std::size_t kMostSignatures = 64;

struct Line {
  std::string_view name;
  std::string bytes;  // key id and signature
};

std::string_view octets(const auto& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string typed_key(const PublicKey& key) {
  std::string bytes(1, kEd25519);
  bytes.append(octets(key));
  return bytes;
}

bool is_note_text(std::string_view note) {
  const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; };
  return std::none_of(note.begin(), note.end(), control) && json::to_utf8(note) == note;
}

Result<Line> parse_line(std::string_view line) {
  if (!line.starts_with(kDash)) return fail(Code::malformed, "a signature line of the note lacks its dash");
  line.remove_prefix(kDash.size());
  const auto space = line.find(' ');
  if (space == std::string_view::npos || !is_key_name(line.substr(0, space))) {
    return fail(Code::malformed, "a signature line of the note lacks a key name");
  }
  auto bytes = from_base64(line.substr(space + 1));
  if (!bytes || bytes->size() <= sizeof(KeyId)) {
    return fail(Code::malformed, "a signature line of the note is not base64 of a key id and a signature");
  }
  return Line{line.substr(0, space), std::move(*bytes)};
}

}  // namespace

KeyId key_id(std::string_view name, const PublicKey& key) {
  const Hash hash = sha256(std::string(name).append("\n").append(typed_key(key)));
  KeyId id;
  std::copy_n(hash.begin(), id.size(), id.begin());
  return id;
}

bool is_key_name(std::string_view name) {
  const auto fits = [](char c) {
    return c > ' ' && c != '+' && c != 0x7F;
  };  // ASCII, so no Unicode spaces either
  return !name.empty() && name.size() <= 255 && std::all_of(name.begin(), name.end(), fits);
}

std::string to_vkey(const NoteKey& key) {
  return key.name + "+" + to_hex(octets(key_id(key.name, key.key))) + "+" + to_base64(typed_key(key.key));
}

Result<NoteKey> parse_vkey(std::string_view text) {
  const auto first = text.find('+');
  const auto second = first == std::string_view::npos ? first : text.find('+', first + 1);
  if (second == std::string_view::npos) return fail(Code::malformed, "a vkey is <name>+<key id>+<base64>");
  const std::string_view name = text.substr(0, first);
  if (!is_key_name(name)) return fail(Code::malformed, "the vkey's name is empty or has a space in it");
  const auto bytes = from_base64(text.substr(second + 1));
  if (!bytes || bytes->empty() || bytes->front() != kEd25519) {
    return fail(Code::malformed, "the vkey does not hold an Ed25519 key in base64");
  }
  const auto key = parse_public_key(std::string_view(*bytes).substr(1));
  if (!key) return fail(key.error());
  if (text.substr(first + 1, second - first - 1) != to_hex(octets(key_id(name, *key)))) {
    return fail(Code::malformed, "the vkey's key id does not belong to its name and key");
  }
  return NoteKey{std::string(name), *key};
}

Result<std::string> sign_note(std::string_view text, std::string_view name, const SigningKey& key) {
  if (!text.ends_with('\n') || !is_note_text(text)) {
    return fail(Code::malformed, "a note's text is UTF-8 lines, each with its line feed");
  }
  std::string bytes(octets(key_id(name, key.public_key())));
  bytes.append(octets(key.sign(text)));
  return std::string(text)
      .append("\n")
      .append(kDash)
      .append(name)
      .append(" ")
      .append(to_base64(bytes))
      .append("\n");
}

Result<std::string_view> open_note(std::string_view note, const NoteKey& key) {
  if (note.size() > kLargestNote) return fail(Code::malformed, "the note is over 256 KiB");
  const auto blank = note.rfind("\n\n");
  if (blank == std::string_view::npos || !note.ends_with('\n') || !is_note_text(note)) {
    return fail(Code::malformed, "this is not a signed note: text, an empty line and signature lines");
  }
  const std::string_view text = note.substr(0, blank + 1);
  const KeyId id = key_id(key.name, key.key);
  std::string_view lines = note.substr(blank + 2);
  bool verified = false;
  for (std::size_t count = 0; !lines.empty(); ++count) {
    if (count == kMostSignatures) return fail(Code::malformed, "the note has more than 64 signature lines");
    const auto end = lines.find('\n');
    const auto line = parse_line(lines.substr(0, end));
    if (!line) return fail(line.error());
    lines.remove_prefix(end + 1);
    const std::string_view bytes = line->bytes;
    if (line->name != key.name || bytes.substr(0, id.size()) != octets(id)) continue;
    if (!verify(key.key, text, bytes.substr(id.size()))) {
      return fail(Code::unauthenticated, "the signature of " + key.name + " does not fit the note");
    }
    verified = true;
  }
  if (!verified) return fail(Code::unauthenticated, "the note is not signed by " + to_vkey(key));
  return text;
}

}  // namespace holdfast::crypto
