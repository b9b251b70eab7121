// What an editor shows of a key: its comment in docs/reference.yaml, which is built into the program.
#pragma once

#include "config/tree.hpp"

namespace holdfast::config {

// The text of docs/reference.yaml.
[[nodiscard]] const char* reference_text();

// Adds `description` to the keys of a schema of the whole configuration.
void add_descriptions(Node* schema);

}  // namespace holdfast::config
