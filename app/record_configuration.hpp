// The log learns which policy and which roster are in force before the first call is judged by them.
#pragma once

#include <string>

#include "app/policy_manifest.hpp"
#include "config/config.hpp"
#include "core/clock.hpp"
#include "core/result.hpp"
#include "receipts/log.hpp"

namespace holdfast::app {

// One configuration, as receipts name it.
struct Recorded {
  PolicyManifest manifest;
  std::string roster;
};
[[nodiscard]] Recorded recorded_of(const config::Config& config);

// Blocks until what differs from `before` (null: everything) is durable: the blobs, and then together a
// `policy` entry and a `roster` entry, which the approvals behind it are counted by. Errors: those of the
// log; neither entry is in it then, so that the newest of each is always of the configuration in force. (But
// for Code::io, after which the log takes nothing until a start, which records what it reads.)
[[nodiscard]] Result<void> record_configuration(receipts::Log* log, const Recorded& now,
                                                const Recorded* before, const Clock& clock);

}  // namespace holdfast::app
