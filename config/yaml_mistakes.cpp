#include "config/yaml_mistakes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/json_text.hpp"

namespace holdfast::config {
namespace {

constexpr const char* kSaveAsUtf8 = "save the file as UTF-8";

// The line at the offset, and what of it stands before the offset.
struct Line {
  std::string_view whole;
  std::string_view before;
  char at;  // the character complained of; a zero byte at the end of the text
};

Line line_at(std::string_view text, std::size_t offset) {
  offset = std::min(offset, text.size());
  const std::size_t newline = offset == 0 ? text.npos : text.rfind('\n', offset - 1);
  const std::size_t begin = newline == text.npos ? 0 : newline + 1;
  const std::size_t end = std::min(text.find('\n', offset), text.size());
  return {text.substr(begin, end - begin), text.substr(begin, offset - begin),
          offset < text.size() ? text[offset] : '\0'};
}

// Where the key or value of a line begins: dashes of a list count as indentation.
std::size_t indentation(std::string_view line) {
  std::size_t at = line.find_first_not_of(' ');
  while (at < line.size() && line[at] == '-' && at + 1 < line.size() && line[at + 1] == ' ')
    at = line.find_first_not_of(' ', at + 1);
  return std::min(at, line.size());
}

bool has_tab_in_front(std::string_view line) {
  const std::string_view front = line.substr(0, std::min(line.find_first_not_of(" \t"), line.size()));
  return front.find('\t') != front.npos;
}

bool is_deeper_than_the_line_before(std::string_view text, const Line& line) {
  std::size_t end = static_cast<std::size_t>(line.whole.data() - text.data());
  while (end > 0) {
    const std::string_view before = line_at(text, end - 1).whole;
    if (before.find_first_not_of(" \r") != before.npos) {
      return indentation(line.whole) > indentation(before);
    }
    end = static_cast<std::size_t>(before.data() - text.data());
  }
  return false;
}

// Whether a key stands in front already: `reason: Payments` of `reason: Payments: over 100`.
bool is_inside_a_value(std::string_view before) {
  const std::size_t entry = before.find_last_of(",{[");
  return before.substr(entry == before.npos ? 0 : entry + 1).find(": ") != before.npos;
}

std::string hint_in_flow(const Line& line) {
  if (line.at == '{' || line.at == '[') {
    return "within {...} and [...], a text with braces or brackets needs quotes: \"GET /v1/{id}\"";
  }
  if (line.at == ':' && is_inside_a_value(line.before)) return "a text with `: ` in it needs quotes";
  return "a `{` or `[` before this place is not closed";
}

}  // namespace

std::optional<WrongBytes> wrong_bytes(const std::string& text) {
  const std::string repaired = json::to_utf8(text);
  if (repaired != text) {
    const auto first = std::mismatch(text.begin(), text.end(), repaired.begin(), repaired.end()).first;
    return WrongBytes{static_cast<std::size_t>(first - text.begin()), "this is not UTF-8", kSaveAsUtf8};
  }
  const auto bad = std::find_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f;
  });
  if (bad == text.end()) return std::nullopt;
  return WrongBytes{static_cast<std::size_t>(bad - text.begin()), "a control character stands here",
                    *bad == '\0' ? kSaveAsUtf8 : ""};
}

std::string yaml_hint(std::string_view text, std::size_t offset, std::string_view complaint) {
  const Line line = line_at(text, offset);
  const auto is = [&](std::string_view words) { return complaint.find(words) != complaint.npos; };
  if (has_tab_in_front(line.whole)) return "indent with spaces: a tab stands in front";
  if (is("alias") || is("anchor")) {
    return fmt::format("a text that begins with `{0}` needs quotes: \"{0}\"", is("after &") ? '&' : '*');
  }
  if (is("unknown token") && std::string_view("@`%").find(line.at) != std::string_view::npos) {
    return line.at == '`' ? "a text that begins with a backtick needs quotes"
                          : fmt::format("a text that begins with `{}` needs quotes", line.at);
  }
  if (is("unknown escape")) return "in double quotes a backslash is written twice; in single quotes once";
  if (is("flow not found")) return hint_in_flow(line);
  if (is("illegal flow end")) return "a `}` or `]` too many";
  if (is("illegal map value")) {
    if (is_inside_a_value(line.before)) return "a text with `: ` in it needs quotes";
    return is_deeper_than_the_line_before(text, line) ? "indent it as the line before it"
                                                      : "the line before it has no `: ` behind its key";
  }
  if (is("illegal block entry")) return "begin a list on the next line, or write [one, two]";
  if (is("end of map not found")) {
    return line.before.find_first_not_of(' ') == line.before.npos
               ? "indent it as the keys it belongs to"
               : "a value ends with its quote or bracket: quote all of it";
  }
  return {};
}

}  // namespace holdfast::config
