#include "tests/lint/code_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "tests/lint/code_text.hpp"
#include "tests/lint/coroutine_rules.hpp"

namespace holdfast::lint {
namespace {

// `operator delete`: an allocator's own name.
bool follows_operator(std::string_view code, std::size_t at) {
  const std::string_view before = code.substr(0, at);
  const std::size_t end = before.find_last_not_of(" \t\n");
  return end != std::string_view::npos && before.substr(0, end + 1).ends_with("operator");
}

// `std::unique_ptr<T>(new T(...))`: how a class makes itself when its constructor is private.
bool owned_at_once(std::string_view code, std::size_t at) {
  if (previous_character(code, at) != '(') return false;
  const std::size_t open = code.rfind('(', at);
  const std::size_t owner = code.rfind("_ptr<", open);
  return owner != std::string_view::npos && close_of(code, owner + 4) == open;
}

// Whether the case before this `default:` names an enumerator; characters, numbers and the constants of a C
// library need their default.
bool switches_on_enum(std::string_view code, std::size_t at) {
  const std::vector<std::size_t> cases = find_word(code.substr(0, at), "case");
  if (cases.empty()) return false;
  const std::size_t label = skip_space(code, cases.back() + 4);
  std::size_t end = label;
  while (end < code.size() && (is_word(code[end]) || code.substr(end, 2) == "::"))
    end += is_word(code[end]) ? 1 : 2;
  return code.substr(label, end - label).find("::") != std::string_view::npos;
}

// `config show` masks what the reader of keys reads as a secret, so nobody else of the loader makes one.
Findings check_makers(const SourceFile& file, const std::string& code) {
  if (folder_of(file.path) != "config" || file.path.starts_with("config/environment.") ||
      file.path == "config/reader_secrets.cpp")
    return {};
  Findings findings;
  const auto add = [&](std::size_t at) {
    findings.push_back(
        {file.path, line_of(code, at), "a secret is read by Section, which config show can mask"});
  };
  for (const std::size_t at : find_word(code, "Secret")) {
    const std::size_t open = skip_space(code, at + 6);
    const bool called = open < code.size() && (code[open] == '(' || code[open] == '{');
    if (called && next_character(code, open + 1) != ')') add(at);
  }
  for (const std::size_t at : find_word(code, "read_secret_file"))
    add(at);
  return findings;
}

}  // namespace

Findings check_length(const SourceFile& file) {
  const std::size_t lines = lines_of(file.text).size();
  if (lines <= kLongestFile) return {};
  return {{file.path, 0, fmt::format("{} lines; a file is one idea, {} lines at most", lines, kLongestFile)}};
}

Findings check_words(const SourceFile& file) {
  Findings findings;
  const std::string code = code_only(file.text);
  const auto forbid = [&](std::string_view word, std::string_view message) {
    for (const std::size_t at : find_word(code, word)) {
      findings.push_back({file.path, line_of(code, at), std::string(message)});
    }
  };
  forbid("asio::detached", "asio::detached: spawn through net::TaskGroup, which waits for it");
  forbid("std::regex", "std::regex backtracks; use RE2");
  if (folder_of(file.path) != "net") forbid("co_spawn", "co_spawn stands in net/ only; use net::TaskGroup");
  for (const std::size_t at : find_word(code, "default:")) {
    if (switches_on_enum(code, at)) {
      findings.push_back(
          {file.path, line_of(code, at), "an enum's switch without default: the compiler names gaps"});
    }
  }
  for (const std::size_t at : find_word(code, "new")) {
    if (is_word(next_character(code, at + 3)) && !owned_at_once(code, at)) {
      findings.push_back(
          {file.path, line_of(code, at), "naked new: std::make_unique, or a wrapper that owns it"});
    }
  }
  for (const std::size_t at : find_word(code, "delete")) {
    const bool declares = previous_character(code, at) == '=' || follows_operator(code, at);
    if (!declares) {
      findings.push_back({file.path, line_of(code, at), "naked delete: let an owner do it"});
    }
  }
  return findings;
}

Findings check_headers(const SourceFile& file) {
  const std::vector<std::string_view> lines = lines_of(file.text);
  if (file.path.ends_with(".hpp")) {
    if (std::find(lines.begin(), lines.end(), "#pragma once") != lines.end()) return {};
    return {{file.path, 0, "a header begins with #pragma once"}};
  }
  const std::string own = "#include \"" + file.path.substr(0, file.path.size() - 4) + ".hpp\"";
  int number = 0, first = 0;
  for (const std::string_view line : lines) {
    ++number;
    if (line.starts_with("#include") && first == 0) first = number;
    if (line == own && number != first)
      return {{file.path, number, "a source includes its own header first"}};
  }
  return {};
}

Findings check_secrets(const SourceFile& file) {
  const std::string code = code_only(file.text);
  Findings findings = check_makers(file, code);
  for (const std::size_t at : find_word(code, "reveal_secret")) {
    const std::size_t begin = code.find_last_of(";{}", at) + 1;
    const std::string_view statement(code.data() + begin, code.find_first_of(";{}", at) - begin);
    for (const std::string_view compare : {"==", "!=", "memcmp", "strcmp", ".compare", "starts_with"}) {
      if (statement.find(compare) == std::string_view::npos) continue;
      findings.push_back({file.path, line_of(code, at),
                          "a secret is compared with Secret::equals, whose time tells nothing"});
      break;
    }
  }
  return findings;
}

Findings check_code(const SourceFile& file) {
  Findings all;
  for (const auto check :
       std::array{check_length, check_words, check_coroutine_parameters, check_borrowing_calls,
                  check_temporaries, check_headers, check_secrets}) {
    const Findings found = check(file);
    all.insert(all.end(), found.begin(), found.end());
  }
  return all;
}

}  // namespace holdfast::lint
