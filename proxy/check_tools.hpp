// What is wrong with what the configuration says of tools for the eyes of approvers: `summary` and `redact`.
#pragma once

#include <vector>

#include "core/problem.hpp"
#include "proxy/options.hpp"

namespace holdfast::proxy {

[[nodiscard]] Problems check_tools(const std::vector<Upstream>& upstreams);

}  // namespace holdfast::proxy
