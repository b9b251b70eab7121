#include "app/commands/keys.hpp"

#include <fmt/format.h>

#include "app/data_dir.hpp"
#include "app/exit.hpp"
#include "app/say.hpp"
#include "app/table.hpp"
#include "core/json_text.hpp"
#include "crypto/encoding.hpp"
#include "crypto/keys.hpp"
#include "crypto/note.hpp"
#include "receipts/files.hpp"
#include "receipts/home.hpp"

namespace holdfast::app {

int init_keys(const CommonOptions& options) {
  const auto receipts = find_receipts(options);
  if (!receipts) return complain(kCannot, receipts.error().detail);
  const std::string path = crypto::key_path(receipts->data_dir, crypto::Purpose::log).string();
  if (const auto vkey = find_vkey(receipts->data_dir)) {
    say(fmt::format("the key {} is there already and was kept\nvkey: {}", path, *vkey));
    return kFine;
  } else if (vkey.error().code != Code::not_found) {
    return complain(kCannot, vkey.error().detail);
  }
  const auto files = receipts::make_files();
  const auto home = receipts::open_home(*receipts, files.get());
  if (!home) return complain(kCannot, home.error().detail);
  say(fmt::format("made the key {}\nvkey: {}", path,
                  crypto::to_vkey({home->origin, home->key.public_key()})));
  return kFine;
}

int show_keys(const CommonOptions& options, bool vkey_only) {
  const auto receipts = find_receipts(options);
  if (!receipts) return complain(kCannot, receipts.error().detail);
  const auto vkey = find_vkey(receipts->data_dir);
  if (!vkey) return complain(kCannot, vkey.error().detail);
  if (vkey_only) {
    say(*vkey);
    return kFine;
  }
  const auto key = crypto::parse_vkey(*vkey);
  if (!key)
    return complain(kCannot, fmt::format("the vkey in {} is damaged: {}", receipts->data_dir.string(),
                                         key.error().detail));
  const auto id = crypto::key_id(key->name, key->key);
  const std::string id_text = crypto::to_hex({reinterpret_cast<const char*>(id.data()), id.size()});
  const std::string public_key =
      crypto::to_base64({reinterpret_cast<const char*>(key->key.data()), key->key.size()});
  if (options.json) {
    const std::string one = json::ObjectText()
                                .set("purpose", "log")
                                .set("algorithm", "ed25519")
                                .set("origin", key->name)
                                .set("key_id", id_text)
                                .set("public_key", public_key)
                                .set("vkey", *vkey)
                                .text();
    say(json::ObjectText().set_raw("keys", "[" + one + "]").text());
    return kFine;
  }
  write_exactly(block({{"purpose", "log"},
                       {"origin", key->name},
                       {"key id", id_text},
                       {"algorithm", "ed25519"},
                       {"public key", public_key},
                       {"vkey", *vkey}}));
  return kFine;
}

}  // namespace holdfast::app
