// What a running process cannot take from a new configuration.
#pragma once

#include <string>
#include <vector>

#include "config/config.hpp"

namespace holdfast::app {

// One sentence for each such key that is another one in `next`; none: it can be taken as it is.
[[nodiscard]] std::vector<std::string> needs_restart(const config::Config& running,
                                                     const config::Config& next);

}  // namespace holdfast::app
