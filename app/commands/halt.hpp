// `holdfast halt` and `holdfast resume`: the kill switch of a running sidecar.
#pragma once

#include <string>

#include "app/options.hpp"

namespace holdfast::app {

// Any credential of the control plane.
int halt(const CommonOptions& options, const std::string& reason);
// An admin's.
int resume(const CommonOptions& options, const std::string& reason);

}  // namespace holdfast::app
