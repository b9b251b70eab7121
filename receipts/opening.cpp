#include "receipts/opening.hpp"

#include "core/id.hpp"
#include "crypto/note.hpp"

namespace holdfast::receipts {

std::vector<Opening> opening_entries(const Recovered& before, const Home& home, WallTime now) {
  std::vector<Opening> entries;
  json::ObjectText boot;
  boot.set("id", make_uuid7(now)).set("clean", before.clean);
  if (before.tree.size() == 0) {
    const std::string vkey = crypto::to_vkey({home.origin, home.key.public_key()});
    json::ObjectText genesis;
    genesis.set("id", make_uuid7(now)).set("origin", home.origin);
    genesis.set_raw("keys", json::strings_text(std::span(&vkey, 1)));
    entries.push_back({"genesis", std::move(genesis)});
  } else {
    boot.set("last", json::ObjectText().set("boot", before.last_boot).set("seq", before.last_seq));
  }
  entries.push_back({"boot", std::move(boot)});
  return entries;
}

}  // namespace holdfast::receipts
