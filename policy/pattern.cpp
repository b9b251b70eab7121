#include "policy/pattern.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "policy/names.hpp"

namespace holdfast::policy {
namespace {

// Stand for a `**` and a `*` of the other pattern in covers(). No pattern holds control characters.
constexpr char kDeep = '\x01';
constexpr char kStar = '\x02';

// Greedy with two places to go back to. That is enough: after a dot was matched literally the `*` before it
// can end nowhere else, and after a `**` every earlier choice is as good as any.
bool wild(std::string_view pattern, std::string_view text, std::string_view stops) {
  constexpr auto kNone = std::string_view::npos;
  std::size_t p = 0, t = 0;
  std::size_t star = kNone, star_text = 0, deep = kNone, deep_text = 0;
  while (true) {
    if (pattern.substr(p, 2) == "**") {
      deep = p += 2;
      deep_text = t;
      star = kNone;
    } else if (p < pattern.size() && pattern[p] == '*') {
      star = ++p;
      star_text = t;
    } else if (p == pattern.size() && t == text.size()) {
      return true;
    } else if (p < pattern.size() && t < text.size() && pattern[p] == text[t]) {
      ++p, ++t;
    } else if (star != kNone && star_text < text.size() && stops.find(text[star_text]) == kNone) {
      t = ++star_text;
      p = star;
    } else if (deep != kNone && deep_text < text.size()) {
      t = ++deep_text;
      p = deep;
      star = kNone;
    } else {
      return false;
    }
  }
}

std::string symbolic_of(std::string_view pattern) {
  std::string out;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const bool deep = pattern.substr(i, 2) == "**";
    out += deep ? kDeep : pattern[i] == '*' ? kStar : pattern[i];
    if (deep) ++i;
  }
  return out;
}

}  // namespace

Checked<ToolPattern> ToolPattern::parse(std::string_view text) {
  if (text.empty())
    return complain("the tool pattern is empty", "leave `tool` out, or write \"*\", for every tool");
  const bool control = std::any_of(text.begin(), text.end(),
                                   [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  if (control || text.front() == ' ' || text.back() == ' ') {
    return complain("a tool pattern has no control characters, and no spaces at its ends");
  }
  if (!is_nfc(text))
    return complain(fmt::format("tool pattern `{}` is not UTF-8 text in normal form C", text));
  if (text.find("***") != std::string_view::npos) {
    return complain(fmt::format("tool pattern `{}` has three stars in a row", text),
                    "`*` stays inside one dot segment, `**` crosses dots");
  }
  if (text.front() == '.' || text.back() == '.' || text.find("..") != std::string_view::npos) {
    return complain(fmt::format("tool pattern `{}` has an empty segment", text),
                    "a tool is called <upstream>.<operation>");
  }
  ToolPattern pattern;
  pattern.text_ = text == "*" ? "**" : std::string(text);
  pattern.symbolic_ = symbolic_of(pattern.text_);
  pattern.prefix_ = std::min(pattern.text_.find('*'), pattern.text_.size());
  return pattern;
}

bool ToolPattern::matches(std::string_view tool) const {
  return exact() ? tool == text_ : wild(text_, tool, ".");
}

bool ToolPattern::covers(const ToolPattern& other) const {
  constexpr char kStops[] = {'.', kDeep};
  return wild(text_, other.symbolic_, std::string_view(kStops, sizeof kStops));
}

}  // namespace holdfast::policy
