// C2SP signed notes (c2sp.org/signed-note) with Ed25519 keys, and the vkey text a verifier pins.
#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"
#include "crypto/ed25519.hpp"

namespace holdfast::crypto {

// First four bytes of SHA-256(name || 0x0A || 0x01 || public key).
using KeyId = std::array<unsigned char, 4>;
[[nodiscard]] KeyId key_id(std::string_view name, const PublicKey& key);

// A name and the key that must have signed. The name has no space, plus sign or control character.
struct NoteKey {
  std::string name;
  PublicKey key;
};

[[nodiscard]] bool is_key_name(std::string_view name);

// `<name>+<8 hex of key id>+<base64(0x01 || public key)>`.
[[nodiscard]] std::string to_vkey(const NoteKey& key);
// Error: malformed, naming what is wrong with it.
[[nodiscard]] Result<NoteKey> parse_vkey(std::string_view text);

// The note: text, an empty line, one signature line. The text ends in a line feed.
[[nodiscard]] Result<std::string> sign_note(std::string_view text, std::string_view name,
                                            const SigningKey& key);

// The note's text, once a signature of `key` over it has been found good. Lines by other keys are skipped; a
// line by this key that does not verify spoils the note. Errors: malformed (not a note), unauthenticated.
[[nodiscard]] Result<std::string_view> open_note(std::string_view note, const NoteKey& key);

}  // namespace holdfast::crypto
