#include "policy/regex.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace holdfast::policy {
namespace {

re2::StringPiece piece(std::string_view text) {
  return {text.data(), text.size()};
}

re2::RE2::Options quiet(bool dot_is_line_feed) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_dot_nl(dot_is_line_feed);
  return options;
}

// `*` becomes all but a slash, `**` anything, also a line feed; the rest is literal.
std::string regex_of_glob(std::string_view glob) {
  std::string out;
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

std::string whole_text(std::string_view pattern) {
  return fmt::format("\\A(?:{})\\z", pattern);
}

}  // namespace

Regex::Compiled Regex::compile(const std::string& pattern, bool dot_is_line_feed) {
  return std::make_unique<re2::RE2>(pattern, quiet(dot_is_line_feed));
}

Checked<Regex> Regex::made(std::string_view written, Compiled as_written, Compiled across_lines) {
  const bool ok = as_written->ok() && (across_lines == nullptr || across_lines->ok());
  if (!ok) return complain(fmt::format("`{}` is too large a pattern", written));
  Regex regex;
  regex.as_written_ = std::move(as_written);
  regex.across_lines_ = std::move(across_lines);
  return regex;
}

Checked<Regex> Regex::of_glob(std::string_view glob) {
  return made(glob, compile(whole_text(regex_of_glob(glob)), true), nullptr);
}

Checked<Regex> Regex::of_pattern(std::string_view pattern) {
  // Judged as it is written first: `a)|(b` must not become valid by what we put around it.
  const re2::RE2 alone(piece(pattern), quiet(false));
  if (!alone.ok()) {
    return complain(fmt::format("`{}` is not a regular expression: {}", pattern, because(alone)),
                    "the syntax is RE2's: no look-around, no back-references");
  }
  const std::string asked = anchors_itself(pattern) ? std::string(pattern) : whole_text(pattern);
  const bool has_dot = pattern.find('.') != std::string_view::npos;
  return made(pattern, compile(asked, false), has_dot ? compile(asked, true) : nullptr);
}

Truth Regex::says(std::string_view text) const {
  const Truth as_written = truth(re2::RE2::PartialMatch(piece(text), *as_written_));
  if (across_lines_ == nullptr || text.find('\n') == std::string_view::npos) return as_written;
  const Truth across_lines = truth(re2::RE2::PartialMatch(piece(text), *across_lines_));
  return as_written == across_lines ? as_written : Truth::unknown;
}

}  // namespace holdfast::policy
