#include "app/record_configuration.hpp"

#include <optional>

#include "app/appending.hpp"
#include "core/id.hpp"
#include "core/json_text.hpp"
#include "crypto/digest.hpp"

namespace holdfast::app {
namespace {

Result<json::ObjectText> policy_entry(receipts::Log* log, const PolicyManifest& manifest,
                                      const Clock& clock) {
  if (auto kept = log->keep_blob(manifest.text); !kept) return fail(kept.error());
  json::ObjectText policy;
  policy.set("id", make_uuid7(clock.wall()))
      .set("digest", manifest.digest)
      .set("manifest_blob", manifest.digest)
      .set_raw("files", manifest.files_json);
  return policy;
}

Result<json::ObjectText> roster_entry(receipts::Log* log, const std::string& roster, const Clock& clock) {
  if (auto kept = log->keep_blob(roster); !kept) return fail(kept.error());
  json::ObjectText people;
  people.set("id", make_uuid7(clock.wall())).set("digest", crypto::digest_text(crypto::sha256(roster)));
  return people;
}

}  // namespace

Recorded recorded_of(const config::Config& config) {
  return {manifest_of(config), roster_text(config.approvals)};
}

Result<void> record_configuration(receipts::Log* log, const Recorded& now, const Recorded* before,
                                  const Clock& clock) {
  const bool other_policy = before == nullptr || before->manifest.digest != now.manifest.digest;
  const bool other_roster = before == nullptr || before->roster != now.roster;
  std::optional<json::ObjectText> policy;
  std::optional<json::ObjectText> roster;
  if (other_policy) {
    auto made = policy_entry(log, now.manifest, clock);
    if (!made) return fail(made.error());
    policy = std::move(*made);
  }
  if (other_roster) {
    auto made = roster_entry(log, now.roster, clock);
    if (!made) return fail(made.error());
    roster = std::move(*made);
  }
  if (policy && roster) return append_both_and_wait(log, "policy", *policy, "roster", *roster);
  if (policy) return append_and_wait(log, "policy", *policy);
  if (roster) return append_and_wait(log, "roster", *roster);
  return {};
}

}  // namespace holdfast::app
