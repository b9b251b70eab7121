// Described calls (09-interfaces, "A call in files") from files, under one configuration.
#pragma once

#include <string>

#include "config/config.hpp"
#include "core/result.hpp"
#include "policy/described_call.hpp"

namespace holdfast::app {

// With the bounds that a call of the agent plane has.
[[nodiscard]] policy::Describing describing(const config::Config& config);

// The whole file; `-` is standard input. At most 64 MiB. Errors: io.
[[nodiscard]] Result<std::string> read_text(const std::string& path);

}  // namespace holdfast::app
