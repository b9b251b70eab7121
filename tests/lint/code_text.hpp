// Finding one's way in code that code_only() has blanked: words, brackets, what stands before and behind.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace holdfast::lint {

[[nodiscard]] bool is_word(char c);

// The line `at` stands in, from 1.
[[nodiscard]] int line_of(std::string_view text, std::size_t at);

// Each place where `word` stands as a word of its own.
[[nodiscard]] std::vector<std::size_t> find_word(std::string_view code, std::string_view word);

[[nodiscard]] std::size_t skip_space(std::string_view code, std::size_t at);

// The nearest character that is no space, from `at` on and before it; '\0' when there is none.
[[nodiscard]] char next_character(std::string_view code, std::size_t at);
[[nodiscard]] char previous_character(std::string_view code, std::size_t at);

// One past the bracket that closes the one at `open`.
[[nodiscard]] std::size_t close_of(std::string_view code, std::size_t open);

// The part of the statement that stands before `at`.
[[nodiscard]] std::string_view statement_before(std::string_view code, std::size_t at);

}  // namespace holdfast::lint
