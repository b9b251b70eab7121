// The policy digest: of a manifest that names every configuration file, and every environment variable in
// them that is no secret, with its SHA-256; never of concatenated files (05-receipts).
#pragma once

#include <string>
#include <vector>

#include "config/config.hpp"

namespace holdfast::app {

struct PolicyManifest {
  std::string text;        // RFC 8785
  std::string digest;      // sha256:<hex> of the text
  std::string files_json;  // [{"name","sha256"}], sorted by name
};

[[nodiscard]] PolicyManifest manifest_of(const config::Config& config);

// The roster as receipts know it: who is in which group. RFC 8785.
[[nodiscard]] std::string roster_text(const approvals::Options& options);

}  // namespace holdfast::app
