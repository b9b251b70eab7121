#include "tests/proxy/spellings.hpp"

#include <fmt/format.h>

#include <random>

#include "tests/proxy/letters.hpp"

namespace holdfast::test {
namespace {

using enum Meaning;

// UTF-8 that is longer than it may be, which careless decoders take.
std::string overlong(char c, int bytes) {
  const auto code = static_cast<unsigned>(static_cast<unsigned char>(c));
  if (bytes == 2) return fmt::format("%{:02X}%{:02X}", 0xC0 | (code >> 6), 0x80 | (code & 0x3F));
  return fmt::format("%E0%{:02X}%{:02X}", 0x80 | (code >> 6), 0x80 | (code & 0x3F));
}

// A character of a segment; `own` when it belongs to a name and not to a parameter's value.
Spellings path_character(char c, bool own) {
  Spellings to;
  const std::string plain(1, c);
  const auto code = static_cast<unsigned>(static_cast<unsigned char>(c));
  const bool unreserved =
      is_letter(c) || is_digit(c) || std::string_view("-._~").find(c) != std::string::npos;
  add(to, same, plain);
  add(to, unreserved ? same : near, fmt::format("%{:02X}", code));
  add(to, unreserved ? same : near, fmt::format("%{:02x}", code));
  add(to, near, fmt::format("%25{:02x}", code));
  add(to, near, fmt::format("%2525{:02X}", code));
  add(to, near, fmt::format("%%u{:04x}", code));
  add(to, near, fmt::format("%u{:04x}", code));
  add(to, near, overlong(c, 2));
  add(to, near, overlong(c, 3));
  if (is_letter(c)) {
    add(to, near, std::string(1, other_case(c)));
    add(to, near, fmt::format("%{:02x}", code ^ 0x20));
  }
  for (const char32_t point : compatible(c)) {
    add(to, near, escaped(utf8(point)));
    add(to, near, utf8(point));  // not escaped at all
  }
  for (const char32_t point : kShowNothing)
    add(to, near, escaped(utf8(point)) + plain);
  for (const char32_t point : kControls) {
    add(to, near, escaped(utf8(point)) + plain);
    add(to, near, utf8(point) + plain);
  }
  if (!own) return to;
  for (const char32_t point : kCombining)
    add(to, other, plain + escaped(utf8(point)));
  for (const char32_t point : homoglyphs(c))
    add(to, other, escaped(utf8(point)));
  return to;
}

Spellings slash() {
  Spellings to;
  add(to, same, "/");
  for (const std::string_view near_one : {"//",
                                          "/./",
                                          "/.//",
                                          "/%2e/",
                                          "/%2E/",
                                          "/%252e/",
                                          "/x/../",
                                          "/x/%2e%2e/",
                                          "/x/.%2E/",
                                          "/x/%252e%252e/",
                                          "/x/%252e./",
                                          "/x%2F..%2F",
                                          "/x%252F..%252F",
                                          "/%EF%BC%8E/",
                                          "/x/%EF%BC%8E%EF%BC%8E/",
                                          "/x/%E2%80%A5/",
                                          "/x%5c..%5c",
                                          "/x%EF%BC%8F%2e%2e/",
                                          "/x\\..\\",
                                          "\\",
                                          "/\\",
                                          "%5C",
                                          "%5c",
                                          "%255C",
                                          "%2F",
                                          "%2f",
                                          "%252F",
                                          "%25252f",
                                          "/%2F",
                                          "%2F%2F",
                                          "%C0%AF",
                                          "%E0%80%AF",
                                          "%c1%9c",
                                          "%u002f",
                                          "%EF%BC%8F",
                                          "%EF%BC%BC",
                                          "/%20",
                                          "%20/",
                                          "/ ",
                                          " /",
                                          "/%09",
                                          "%09/",
                                          "/%00/",
                                          "%00/",
                                          "./",
                                          "%2E/",
                                          "..%20/",
                                          ";/",
                                          ";a=b/",
                                          "/;/",
                                          "/;a=b/",
                                          "%3B/",
                                          "%3Ba=b/",
                                          "%253B/",
                                          "/\t",
                                          "/%0d%0a",
                                          "/%C2%A0",
                                          "%E3%80%80/",
                                          "/%EF%BB%BF"})
    add(to, near, std::string(near_one));
  return to;
}

Spellings path_end() {
  Spellings to;
  add(to, same, "");
  for (const std::string_view same_one : {"?", "?x=1", "?x=/../y", "?%2e%2e"})
    add(to, same, std::string(same_one));
  for (const std::string_view near_one :
       {"/",         "//",     "/.",      "/./",    "/%2e",   ".",     "..",     "...",       "%2E",
        ".json",     ".xml",   "%2Ejson", ".j.s",   ";",      ";x=1",  "%3B",    "%3bx=1",    "%20",
        "%20%20",    " ",      "%20/",    "%20.",   "%20.js", "%09",   "%00",    "%00.png",   "%0A",
        "%0d%0a",    "\\",     "%5C",     "%2F",    "%2f",    "%252F", "%255c",  "/%20",      "%23",
        "%23x",      "%3F",    "%3Fx=1",  "%253Fx", "#",      "#x",    "%C2%A0", "%E3%80%80", "%E2%80%8B",
        "%EF%BB%BF", "%C2%85", "%7F",     "%ff",    "%",      "%4",    "%zz",    "%E2%80%AE", "/%2e%2e/%2e"})
    add(to, near, std::string(near_one));
  for (const std::string_view other_one : {"s", "-all", "_", "~", "+", "%2Cx", "/x", "$", "%20x", "%CC%81"})
    add(to, other, std::string(other_one));
  return to;
}

}  // namespace

std::string utf8(char32_t point) {
  const auto byte = [](char32_t bits) { return static_cast<char>(static_cast<unsigned char>(bits)); };
  if (point < 0x80) return {byte(point)};
  if (point < 0x800) return {byte(0xC0 | (point >> 6)), byte(0x80 | (point & 0x3F))};
  if (point < 0x10000)
    return {byte(0xE0 | (point >> 12)), byte(0x80 | ((point >> 6) & 0x3F)), byte(0x80 | (point & 0x3F))};
  return {byte(0xF0 | (point >> 18)), byte(0x80 | ((point >> 12) & 0x3F)), byte(0x80 | ((point >> 6) & 0x3F)),
          byte(0x80 | (point & 0x3F))};
}

std::string escaped(std::string_view bytes) {
  std::string out;
  for (const char c : bytes)
    out += fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
  return out;
}

Places path_places(std::string_view path) {
  Places places;
  bool value = false;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const char c = path[i];
    if (c == '{' || c == '}') {
      value = c == '{';
    } else if (c == '/' && i > 0) {
      places.push_back(slash());
    } else if (c == '/') {
      places.push_back({{same, "/"}, {near, "//"}, {near, "/./"}, {near, "/%2e/"}, {near, "\\"}, {near, ""}});
    } else {
      places.push_back(path_character(c, !value));
    }
  }
  places.push_back(path_end());
  return places;
}

Spellings one_changed(const Places& places) {
  Spellings out;
  for (std::size_t changed = 0; changed < places.size(); ++changed) {
    for (std::size_t way = 1; way < places[changed].size(); ++way) {
      std::string text;
      for (std::size_t i = 0; i < places.size(); ++i)
        text += places[i][i == changed ? way : 0].text;
      add(out, places[changed][way].meaning, std::move(text));
    }
  }
  return out;
}

Spellings some_changed(const Places& places, std::size_t changes, std::size_t count) {
  Spellings out;
  std::mt19937 random(20261122);  // NOLINT: what fails must fail again
  const auto pick = [&random](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  while (out.size() < count) {
    std::vector<std::size_t> ways(places.size(), 0);
    for (std::size_t n = 0; n < changes; ++n) {
      const std::size_t at = pick(places.size());
      ways[at] = pick(places[at].size());
    }
    Spelling made{same, ""};
    bool told = true;
    for (std::size_t i = 0; i < places.size(); ++i) {
      const Spelling& part = places[i][ways[i]];
      told = told && part.meaning != other;
      if (part.meaning == near) made.meaning = near;
      made.text += part.text;
    }
    if (told) out.push_back(std::move(made));
  }
  return out;
}

}  // namespace holdfast::test
