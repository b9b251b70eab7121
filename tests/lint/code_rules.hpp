// House rules about C++ that no compiler and no clang-tidy check covers.
#pragma once

#include "tests/lint/source_tree.hpp"

namespace holdfast::lint {

inline constexpr std::size_t kLongestFile = 300;  // lines

// All of those below and those of coroutine_rules.hpp, for one file.
[[nodiscard]] Findings check_code(const SourceFile& file);

// A file is one idea: at most kLongestFile lines.
[[nodiscard]] Findings check_length(const SourceFile& file);

// Words that may not stand in code: asio::detached and std::regex anywhere, co_spawn outside net/, naked new
// and delete, `default:` in a switch.
[[nodiscard]] Findings check_words(const SourceFile& file);

// `#pragma once` in every header; a source's own header is its first include.
[[nodiscard]] Findings check_headers(const SourceFile& file);

// A revealed secret is in no comparison that ends at the first difference.
[[nodiscard]] Findings check_secrets(const SourceFile& file);

}  // namespace holdfast::lint
