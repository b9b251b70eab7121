#include "tests/lint/code_text.hpp"

#include <algorithm>
#include <cctype>

namespace holdfast::lint {

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

int line_of(std::string_view text, std::size_t at) {
  return 1 + static_cast<int>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
}

std::vector<std::size_t> find_word(std::string_view code, std::string_view word) {
  std::vector<std::size_t> found;
  for (std::size_t at = code.find(word); at != std::string_view::npos; at = code.find(word, at + 1)) {
    const bool begins = at == 0 || !is_word(code[at - 1]) || !is_word(word.front());
    const std::size_t end = at + word.size();
    const bool ends = end == code.size() || !is_word(code[end]) || !is_word(word.back());
    if (begins && ends) found.push_back(at);
  }
  return found;
}

std::size_t skip_space(std::string_view code, std::size_t at) {
  return std::min(code.find_first_not_of(" \t\n", at), code.size());
}

char next_character(std::string_view code, std::size_t at) {
  const std::size_t next = skip_space(code, at);
  return next < code.size() ? code[next] : '\0';
}

char previous_character(std::string_view code, std::size_t at) {
  const std::size_t last = at == 0 ? std::string_view::npos : code.find_last_not_of(" \t\n", at - 1);
  return last == std::string_view::npos ? '\0' : code[last];
}

std::size_t close_of(std::string_view code, std::size_t open) {
  const char left = code[open];
  const char right = left == '<' ? '>' : left == '{' ? '}' : ')';
  int depth = 0;
  for (std::size_t at = open; at < code.size(); ++at) {
    if (code[at] == left) ++depth;
    if (code[at] == right && --depth == 0) return at + 1;
  }
  return code.size();
}

std::string_view statement_before(std::string_view code, std::size_t at) {
  const std::size_t begin = code.substr(0, at).find_last_of(";{}") + 1;  // npos + 1: from the beginning
  return code.substr(begin, at - begin);
}

}  // namespace holdfast::lint
