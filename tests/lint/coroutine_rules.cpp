#include "tests/lint/coroutine_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "tests/lint/code_text.hpp"

namespace holdfast::lint {
namespace {

constexpr auto npos = std::string_view::npos;

// A coroutine that borrows its parameters from its caller until it returns, where it is declared, and where
// it is called (elsewhere the name is another function's).
struct Borrower {
  std::string_view declared_in;
  std::string_view name;
  std::string_view called_in;
};

constexpr std::array kBorrowers{
    // The bytes of a message, written from where they lie.
    Borrower{"net/", "write", "net/"},
    Borrower{"net/", "write", "proxy/"},
    Borrower{"net/", "write", "control/"},
    Borrower{"proxy/answer.", "piece", "proxy/"},
    Borrower{"proxy/answer.", "send", "proxy/answer."},
    // The body of a request to the control plane, in its HttpServer.
    Borrower{"control/front.cpp", "respond", "control/front.cpp"},
};

constexpr std::array<std::string_view, 5> kBorrowedTypes{"string_view", "std::span", "initializer_list",
                                                         "_buffer", "&"};

// A function that returns a task; `name` is empty for a lambda and for a function's type.
struct Coroutine {
  std::size_t at = 0;
  std::string_view name;
  std::string_view parameters;  // in their brackets
};

// `(...) -> task<`: the brackets before an arrow, past the specifiers.
std::string_view parameters_before(std::string_view code, std::size_t arrow) {
  const std::size_t close = code.substr(0, arrow).find_last_of(')');
  if (close == npos || code.substr(close, arrow - close).find_first_of(";{}") != npos) return {};
  int depth = 0;
  for (std::size_t at = close + 1; at-- > 0;) {
    if (code[at] == ')') ++depth;
    if (code[at] == '(' && --depth == 0) return code.substr(at, close + 1 - at);
  }
  return {};
}

std::vector<Coroutine> coroutines_of(std::string_view code) {
  std::vector<Coroutine> found;
  for (const std::size_t at : find_word(code, "task")) {
    if (at + 4 >= code.size() || code[at + 4] != '<') continue;
    const std::size_t name = skip_space(code, close_of(code, at + 4));
    std::size_t end = name;
    while (end < code.size() && (is_word(code[end]) || code[end] == ':'))
      ++end;
    if (end < code.size() && code[end] == '(') {
      const std::string_view qualified = code.substr(name, end - name);
      found.push_back(
          {at, qualified.substr(qualified.rfind(':') + 1), code.substr(end, close_of(code, end) - end)});
    }
    std::string_view before = code.substr(0, at);
    if (before.ends_with("net::")) before.remove_suffix(5);
    const std::size_t last = before.find_last_not_of(" \t\n");
    if (last != npos && before.substr(0, last + 1).ends_with("->"))
      found.push_back({at, {}, parameters_before(code, last - 1)});
  }
  return found;
}

std::string_view borrowed_by(const Coroutine& coroutine) {
  for (const std::string_view type : kBorrowedTypes) {
    if (coroutine.parameters.find(type) != npos) return type;
  }
  return {};
}

bool is_borrower(const Borrower& borrower, std::string_view path, const Coroutine& coroutine) {
  return path.starts_with(borrower.declared_in) && coroutine.name == borrower.name;
}

// Whether the name at `at` is declared or defined there, not called: `task<T> f(`, `Class::f(`.
bool is_declared(std::string_view code, std::size_t at) {
  const std::string_view before = code.substr(0, at);
  if (before.ends_with("::")) return true;
  const std::size_t last = before.find_last_not_of(" \t\n");
  return last != npos && before[last] == '>' && (last == 0 || before[last - 1] != '-');
}

// The variable that a statement so far is about to fill: `writing` of "auto writing = http->".
std::string_view filled_by(std::string_view statement) {
  const std::size_t equals = statement.find('=');
  if (equals == npos) return {};
  const std::size_t end = statement.substr(0, equals).find_last_not_of(" \t\n") + 1;
  std::size_t begin = end;
  while (begin > 0 && is_word(statement[begin - 1]))
    --begin;
  return statement.substr(begin, end - begin);
}

// Why this call of a borrowing coroutine may dangle; empty when it does not.
std::string_view danger(std::string_view code, std::size_t call, std::size_t open) {
  const std::string_view statement = statement_before(code, call);
  if (statement.find("spawn") != npos) return "is spawned: it outlives what it borrows";
  if (statement.find("co_await") != npos) return {};
  const std::string_view arguments = code.substr(open + 1, close_of(code, open) - open - 2);
  if (arguments.find_first_of("({+?") != npos)
    return "borrows from a temporary that is gone when its task is awaited";
  if (statement.find("return") != npos) return {};
  const std::string_view task = filled_by(statement);
  const std::string awaited = fmt::format("co_await std::move({})", task);
  return !task.empty() && code.find(awaited, call) != npos ? "" : "is not awaited where its task is made";
}

// `Session{a}.` or `net::Session(a).` at the beginning of a type's name: types are PascalCase here.
bool is_member_of_temporary(std::string_view code, std::size_t type) {
  std::size_t end = type, last = type;
  for (; end < code.size() && (is_word(code[end]) || code[end] == ':'); ++end) {
    if (code[end] == ':') last = end + 1;
  }
  if (end >= code.size() || (code[end] != '{' && code[end] != '(')) return false;
  return std::isupper(static_cast<unsigned char>(code[last])) != 0 &&
         next_character(code, close_of(code, end)) == '.';
}

}  // namespace

Findings check_coroutine_parameters(const SourceFile& file) {
  Findings findings;
  const std::string code = code_only(file.text);
  for (const Coroutine& coroutine : coroutines_of(code)) {
    const std::string_view borrowed = borrowed_by(coroutine);
    const bool listed = std::any_of(kBorrowers.begin(), kBorrowers.end(), [&](const Borrower& borrower) {
      return is_borrower(borrower, file.path, coroutine);
    });
    if (borrowed.empty() || listed) continue;
    findings.push_back({file.path, line_of(code, coroutine.at),
                        fmt::format("a coroutine takes `{}`, which may dangle at its first wait", borrowed)});
  }
  return findings;
}

Findings check_borrowing_calls(const SourceFile& file) {
  Findings findings;
  const std::string code = code_only(file.text);
  if (find_word(code, "task").empty() && find_word(code, "co_await").empty()) return findings;
  for (const Borrower& borrower : kBorrowers) {
    if (!file.path.starts_with(borrower.called_in)) continue;
    for (const std::size_t at : find_word(code, borrower.name)) {
      const std::size_t open = at + borrower.name.size();
      if (open >= code.size() || code[open] != '(' || is_declared(code, at)) continue;
      const std::string_view why = danger(code, at, open);
      if (!why.empty())
        findings.push_back({file.path, line_of(code, at), fmt::format("{}() {}", borrower.name, why)});
    }
  }
  return findings;
}

Findings check_temporaries(const SourceFile& file) {
  Findings findings;
  const std::string code = code_only(file.text);
  const auto check = [&](std::size_t keeper, std::size_t type) {
    if (is_member_of_temporary(code, skip_space(code, type)))
      findings.push_back(
          {file.path, line_of(code, keeper), "a member of a temporary: if it is a task, it dangles"});
  };
  if (find_word(code, "task").empty() && find_word(code, "co_await").empty()) return findings;
  for (const std::string_view keeper : {"auto", "task"}) {
    for (const std::size_t at : find_word(code, keeper)) {
      const std::size_t equals = code.find_first_of("=;{(", at);
      if (equals != std::string::npos && code[equals] == '=') check(at, equals + 1);
    }
  }
  for (const std::size_t at : find_word(code, "spawn")) {
    if (at + 5 < code.size() && code[at + 5] == '(') check(at, at + 6);
  }
  return findings;
}

Findings check_borrowers(const std::vector<SourceFile>& tree) {
  Findings findings;
  for (const Borrower& borrower : kBorrowers) {
    const bool needed = std::any_of(tree.begin(), tree.end(), [&](const SourceFile& file) {
      if (!is_code(file.path) || !file.path.starts_with(borrower.declared_in)) return false;
      const std::string code = code_only(file.text);
      const auto all = coroutines_of(code);
      return std::any_of(all.begin(), all.end(), [&](const Coroutine& coroutine) {
        return is_borrower(borrower, file.path, coroutine) && !borrowed_by(coroutine).empty();
      });
    });
    if (!needed)
      findings.push_back({std::string(borrower.declared_in), 0,
                          fmt::format("{}() borrows nothing: strike it off the list", borrower.name)});
  }
  return findings;
}

}  // namespace holdfast::lint
