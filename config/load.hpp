// The loader with its insides showing, for the test that holds docs/reference.yaml against the keys it knows.
#pragma once

#include <set>
#include <string>

#include "config/config.hpp"

namespace holdfast::config {

// Every key the loader asked for, as `upstreams[].tools[].name` and `approvals.plans.*.require`.
struct Asked {
  Draft draft;
  std::set<std::string> keys;
};

[[nodiscard]] Asked load_and_list_keys(const std::filesystem::path& path);

}  // namespace holdfast::config
