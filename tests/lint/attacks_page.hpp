// docs/attacks.md names, for every attack, the test that shows it failing. This holds the names against the
// tests.
#pragma once

#include "tests/lint/source_tree.hpp"

namespace holdfast::lint {

// Every row of a table ends with its tests in backticks, `Suite.Test` or `scenario: name of the test`, each
// of which stands in tests/, or with "not yet: " and why; and every test of an attacks-*.mjs has a row.
[[nodiscard]] Findings check_attacks(const SourceFile& page, const std::vector<SourceFile>& files);

}  // namespace holdfast::lint
