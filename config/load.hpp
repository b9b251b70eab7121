// The loader with its insides showing, for the tests that hold docs/reference.yaml and docs/policy.md against
// what it knows.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "config/config.hpp"

namespace holdfast::config {

// Every key the loader asked for, as `upstreams[].tools[].name` and `approvals.plans.*.require`.
struct Asked {
  Draft draft;
  std::set<std::string> keys;
};

[[nodiscard]] Asked load_and_list_keys(const std::filesystem::path& path);

// Every word that may stand under a field of a condition.
[[nodiscard]] std::vector<std::string> operator_words();

}  // namespace holdfast::config
