// Who is voting: a token from the command line's surroundings, never from the configuration.
#pragma once

#include <string>

#include "core/result.hpp"
#include "core/secret.hpp"

namespace holdfast::app {

// --token-file, else HOLDFAST_TOKEN, else ~/.config/holdfast/token. A file that others may read is refused.
// Errors say what to do and hold no part of the token.
[[nodiscard]] Result<Secret> find_token(const std::string& token_file);

}  // namespace holdfast::app
