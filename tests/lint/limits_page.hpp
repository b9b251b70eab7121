// docs/limits.md: every limit and time-out of docs/reference.yaml, and the test that meets it.
#pragma once

#include <string>
#include <vector>

#include "tests/lint/source_tree.hpp"

namespace holdfast::lint {

// The keys of the reference whose value is a duration, a size or a number that bounds something, as
// `section.key`; without those that count or name something else (`version`, `loops`, `trust_tier`).
[[nodiscard]] std::vector<std::string> limits_of(const SourceFile& reference);

// Each of them has one row, which names a test that exists; and no row is about anything else.
[[nodiscard]] Findings check_limits(const SourceFile& page, const SourceFile& reference,
                                    const std::vector<SourceFile>& files);

}  // namespace holdfast::lint
