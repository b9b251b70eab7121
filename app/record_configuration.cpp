#include "app/record_configuration.hpp"

#include "app/appending.hpp"
#include "core/id.hpp"
#include "core/json_text.hpp"
#include "crypto/digest.hpp"

namespace holdfast::app {
namespace {

Result<void> record_policy(receipts::Log* log, const PolicyManifest& manifest, const Clock& clock) {
  if (auto kept = log->keep_blob(manifest.text); !kept) return fail(kept.error());
  json::ObjectText policy;
  policy.set("id", make_uuid7(clock.wall()))
      .set("digest", manifest.digest)
      .set("manifest_blob", manifest.digest)
      .set_raw("files", manifest.files_json);
  return append_and_wait(log, "policy", policy);
}

Result<void> record_roster(receipts::Log* log, const std::string& roster, const Clock& clock) {
  if (auto kept = log->keep_blob(roster); !kept) return fail(kept.error());
  json::ObjectText people;
  people.set("id", make_uuid7(clock.wall())).set("digest", crypto::digest_text(crypto::sha256(roster)));
  return append_and_wait(log, "roster", people);
}

}  // namespace

Recorded recorded_of(const config::Config& config) {
  return {manifest_of(config), roster_text(config.approvals)};
}

Result<void> record_configuration(receipts::Log* log, const Recorded& now, const Recorded* before,
                                  const Clock& clock) {
  if (before == nullptr || before->manifest.digest != now.manifest.digest) {
    if (auto recorded = record_policy(log, now.manifest, clock); !recorded) return recorded;
  }
  if (before == nullptr || before->roster != now.roster) return record_roster(log, now.roster, clock);
  return {};
}

}  // namespace holdfast::app
