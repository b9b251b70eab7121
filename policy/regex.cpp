#include "policy/regex.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace holdfast::policy {
namespace {

re2::StringPiece piece(std::string_view text) {
  return {text.data(), text.size()};
}

re2::RE2::Options quiet() {
  re2::RE2::Options options;
  options.set_log_errors(false);
  return options;
}

// `*` becomes all but a slash, `**` anything; the rest is literal.
std::string regex_of_glob(std::string_view glob) {
  std::string out = "(?s)";
  while (!glob.empty()) {
    const std::size_t literal = std::min(glob.find('*'), glob.size());
    out += re2::RE2::QuoteMeta(piece(glob.substr(0, literal)));
    glob.remove_prefix(literal);
    if (glob.empty()) break;
    const bool deep = glob.starts_with("**");
    out += deep ? ".*" : "[^/]*";
    glob.remove_prefix(deep ? 2 : 1);
  }
  return out;
}

// With `^` in front or `$` behind the author has said where it is anchored; else at both ends.
bool anchors_itself(std::string_view pattern) {
  if (pattern.starts_with('^')) return true;
  if (!pattern.ends_with('$')) return false;
  pattern.remove_suffix(1);
  const std::size_t last = pattern.find_last_not_of('\\');
  const std::size_t escapes = pattern.size() - (last == std::string_view::npos ? 0 : last + 1);
  return escapes % 2 == 0;
}

// RE2 says `missing ): a(b`; the pattern is in the message already.
std::string because(const re2::RE2& regex) {
  const std::string why = regex.error().substr(0, regex.error().find(": "));
  return regex.error_arg().empty() ? why : fmt::format("{} at `{}`", why, regex.error_arg());
}

Checked<Regex> compiled(std::string_view written, const std::string& pattern) {
  auto regex = std::make_unique<re2::RE2>(pattern, quiet());
  if (!regex->ok()) return complain(fmt::format("`{}` is too large a pattern", written));
  return regex;
}

std::string whole_text(std::string_view pattern) {
  return fmt::format("\\A(?:{})\\z", pattern);
}

}  // namespace

Checked<Regex> compile_glob(std::string_view glob) {
  return compiled(glob, whole_text(regex_of_glob(glob)));
}

Checked<Regex> compile_regex(std::string_view pattern) {
  // Judged as it is written first: `a)|(b` must not become valid by what we put around it.
  const re2::RE2 alone(piece(pattern), quiet());
  if (!alone.ok()) {
    return complain(fmt::format("`{}` is not a regular expression: {}", pattern, because(alone)),
                    "the syntax is RE2's: no look-around, no back-references");
  }
  return compiled(pattern, anchors_itself(pattern) ? std::string(pattern) : whole_text(pattern));
}

bool matches(const re2::RE2& regex, std::string_view text) {
  return re2::RE2::PartialMatch(piece(text), regex);
}

}  // namespace holdfast::policy
