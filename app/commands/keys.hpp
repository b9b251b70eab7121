// holdfast keys: the log's signing key, and what others need to check its signatures.
#pragma once

#include "app/options.hpp"

namespace holdfast::app {

// Makes what is missing of the key and the log's name; never overwrites. The process's exit code.
[[nodiscard]] int init_keys(const CommonOptions& options);

// Prints the public half; `vkey` prints the verifier key on one line and nothing else. The process's exit
// code.
[[nodiscard]] int show_keys(const CommonOptions& options, bool vkey);

}  // namespace holdfast::app
