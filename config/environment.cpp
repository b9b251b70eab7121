#include "config/environment.hpp"

#include <fmt/format.h>

#include <unistd.h>
#include <algorithm>
#include <array>
#include <cctype>

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <utility>
#include <vector>

#include "config/suggest.hpp"
#include "core/errno_text.hpp"
#include "core/json_text.hpp"

namespace holdfast::config {
namespace {

constexpr std::size_t kMaxSecretBytes = 64U << 10U;
constexpr std::size_t kFewCharacters = 5;

bool is_name(std::string_view text) {
  if (text.empty() || std::isdigit(static_cast<unsigned char>(text.front())) != 0) return false;
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_') return false;
  }
  return true;
}

// A value, and what becomes of it on the way to a sentence: a path is put in its normal form, and of a tool's
// name the upstream's is said alone.
std::array<std::string, 3> as_said(const std::string& value) {
  return {value, std::filesystem::path(value).lexically_normal().string(), value.substr(0, value.find('.'))};
}

void replace_all(std::string& text, const std::string& what, const std::string& with) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
}

// Not the name itself, which may be anything.
NotExpanded wrong_name(std::string_view name) {
  if (const std::size_t colon = name.find_first_of(":-+?="); is_name(name.substr(0, colon))) {
    return {fmt::format("a default or another expansion of {} is not supported", name.substr(0, colon)),
            "write ${NAME} alone, and set the variable"};
  }
  return {"`${` begins an environment variable such as ${NAME}; write `$${` for the characters", {}};
}

std::vector<std::string> variable_names() {
  std::vector<std::string> names;
  for (char** at = environ; at != nullptr && *at != nullptr; ++at) {
    const std::string_view variable(*at);
    names.emplace_back(variable.substr(0, variable.find('=')));
  }
  return names;
}

}  // namespace

tl::expected<Expanded, NotExpanded> expand(const std::string& text) {
  Expanded out;
  std::size_t from = 0;
  while (true) {
    const std::size_t at = text.find("${", from);
    if (at == std::string::npos) break;
    if (at > from && text[at - 1] == '$') {
      out.text.append(text, from, at - 1 - from).append("${");
      from = at + 2;
      continue;
    }
    const std::size_t end = text.find('}', at);
    const std::string name = end == std::string::npos ? "" : text.substr(at + 2, end - at - 2);
    if (!is_name(name)) return tl::unexpected(wrong_name(name));
    const char* value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): nobody sets variables
    if (value == nullptr) {
      return tl::unexpected(NotExpanded{fmt::format("the environment variable {} is not set", name),
                                        did_you_mean(name, variable_names())});
    }
    out.text.append(text, from, at - from).append(value);
    out.changed = true;
    out.variables.emplace(name, value);
    from = end + 1;
  }
  out.text.append(text, from);
  return out;
}

bool is_variable_without_braces(std::string_view text) {
  return text.starts_with('$') && is_name(text.substr(1));
}

std::string emptiness_of(const std::string& text) {
  const auto expanded = expand(text);
  if (!expanded || expanded->variables.size() != 1) return {};
  return fmt::format("the environment variable {} is empty", expanded->variables.begin()->first);
}

void conceal(Problems* problems, const std::map<std::string, std::string>& variables) {
  std::vector<std::pair<std::string, std::string>> longest_first;
  for (const auto& [name, value] : variables) {
    for (const std::string& said : as_said(value)) {
      if (said.empty()) continue;
      const bool few = said.size() <= kFewCharacters;
      longest_first.emplace_back(few ? fmt::format("`{}`", said) : said,
                                 few ? fmt::format("`${{{}}}`", name) : fmt::format("${{{}}}", name));
    }
  }
  std::sort(longest_first.begin(), longest_first.end(), [](const auto& a, const auto& b) {
    return std::pair(b.first.size(), a.second) < std::pair(a.first.size(), b.second);
  });
  for (Problem& problem : *problems) {
    for (const auto& [value, name] : longest_first) {
      replace_all(problem.message, value, name);
      replace_all(problem.hint, value, name);
    }
  }
}

void conceal(std::string* text, const std::map<std::string, std::string>& variables) {
  std::map<std::string, std::string> names;  // by value
  for (const auto& [name, value] : variables) {
    if (value.size() <= kFewCharacters) continue;
    std::string quoted;
    json::append_string(quoted, value);
    names.emplace(value, name);
    names.emplace(quoted.substr(1, quoted.size() - 2), name);
  }
  std::vector<std::pair<std::string, std::string>> longest_first(names.begin(), names.end());
  std::sort(longest_first.begin(), longest_first.end(),
            [](const auto& a, const auto& b) { return b.first.size() < a.first.size(); });
  for (const auto& [value, name] : longest_first)
    replace_all(*text, value, fmt::format("${{{}}}", name));
}

Result<Secret> read_secret_file(const std::filesystem::path& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    return fail(Code::io, fmt::format("the secret file {} is a directory", path.string()));
  }
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return fail(Code::io,
                fmt::format("the secret file {} cannot be read: {}", path.string(), errno_text(errno)));
  }
  std::string text(kMaxSecretBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > kMaxSecretBytes) {
    return fail(Code::too_large,
                fmt::format("the secret file {} has more than {} bytes", path.string(), kMaxSecretBytes));
  }
  while (text.ends_with('\n') || text.ends_with('\r'))
    text.pop_back();
  if (text.empty()) return fail(Code::malformed, fmt::format("the secret file {} is empty", path.string()));
  return Secret(std::move(text));
}

}  // namespace holdfast::config
