#include "policy/regex.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "policy/anchors.hpp"

namespace holdfast::policy {
namespace {

// Instructions of the program times bytes of text. Most are answered in microseconds; of the worst patterns
// and texts that were found, one took 50 ms, for which an event loop stands still.
constexpr std::size_t kMostWork = 8 * 1024 * 1024;
constexpr std::size_t kLeastText = 1024;

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

// RE2 says `missing ): a(b`; the pattern is in the message already.
std::string because(const re2::RE2& regex) {
  const std::string why = regex.error().substr(0, regex.error().find(": "));
  return regex.error_arg().empty() ? why : fmt::format("{} at `{}`", why, regex.error_arg());
}

// One that RE2 refuses is as large as can be. Never zero.
std::size_t size_of(const re2::RE2& regex) {
  return regex.ok() ? static_cast<std::size_t>(std::max(regex.ProgramSize(), 1)) : kMostWork;
}

std::string whole_text(std::string_view pattern) {
  return fmt::format("\\A(?:{})\\z", pattern);
}

}  // namespace

Regex::Compiled Regex::compile(const std::string& pattern, bool dot_is_line_feed) {
  return std::make_unique<re2::RE2>(pattern, quiet(dot_is_line_feed));
}

Checked<Regex> Regex::made(std::string_view written, Compiled as_written, Compiled across_lines) {
  std::size_t work = size_of(*as_written);
  if (across_lines != nullptr) work += size_of(*across_lines);
  Regex regex;
  regex.most_text_ = std::min(kMostText, kMostWork / work);
  if (regex.most_text_ < kLeastText) {
    return complain(fmt::format("`{}` is too large a pattern", written),
                    "each repetition that is counted, as in `.{0,500}`, is written out; `length` counts too");
  }
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
  const Stated stated = stated_by(pattern);
  if (stated.by_line) {
    return complain(
        fmt::format("`{}` has the flag `m`, by which one line would speak for the whole text", pattern),
        "leave it out: `^` and `$` are the ends of the text; a line in it is `(?s)(.*\\n)?rm .*`");
  }
  if (stated.anchors == Anchors::partly) {
    return complain(fmt::format("`{}` is anchored in a part of it only", pattern),
                    "write `^(?:a|b)` or `(?:a|b)$`; with neither in front nor behind it is about the whole "
                    "text: `(.*/)?a`");
  }
  std::string asked(pattern);
  if (stated.open_quotation) asked += "\\E";
  if (stated.anchors == Anchors::none) asked = whole_text(asked);
  return made(pattern, compile(asked, false), stated.open_dots ? compile(asked, true) : nullptr);
}

Truth Regex::says(std::string_view text, std::size_t& asked) const {
  if (text.size() > most_text_ - asked) return Truth::unknown;
  asked += text.size();
  const Truth as_written = truth(re2::RE2::PartialMatch(piece(text), *as_written_));
  if (across_lines_ == nullptr || text.find('\n') == std::string_view::npos) return as_written;
  const Truth across_lines = truth(re2::RE2::PartialMatch(piece(text), *across_lines_));
  return as_written == across_lines ? as_written : Truth::unknown;
}

}  // namespace holdfast::policy
