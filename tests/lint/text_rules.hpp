// House rules about every text file, code or not.
#pragma once

#include "tests/lint/source_tree.hpp"

namespace holdfast::lint {

// A to-do names its issue, as in to-do(#12) in capitals and without the dash.
[[nodiscard]] Findings check_todo(const SourceFile& file);

// No path of somebody's machine, and no package host in a lock file.
[[nodiscard]] Findings check_machine_paths(const SourceFile& file);

// Every ```yaml block of a page is, byte for byte, a file of examples/, so that a test can run it.
[[nodiscard]] Findings check_snippets(const SourceFile& page, const std::vector<SourceFile>& files);

}  // namespace holdfast::lint
