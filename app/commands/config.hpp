// holdfast config: what the configuration says once every default is filled in, and what one may say at all.
#pragma once

#include "app/options.hpp"

namespace holdfast::app {

// Prints it without its secrets, as YAML or (`json`) JSON. The process's exit code.
[[nodiscard]] int show_config(const CommonOptions& options);

// Prints the JSON Schema; `part`: of one file of a folder, in which nothing is required.
[[nodiscard]] int print_schema(bool part);

}  // namespace holdfast::app
