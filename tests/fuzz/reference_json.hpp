// A second reader of JSON, slow and plain, written from RFC 8259 and our bans alone: duplicate names, U+0000
// in names, byte order mark, lone surrogates, depth. It shares no code with core/json.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::fuzz {

struct JsonMember;

struct Json {
  enum class Kind { null, boolean, number, string, array, object };
  Kind kind = Kind::null;
  bool flag = false;
  std::string text;  // number as written, string decoded
  std::vector<Json> items;
  std::vector<JsonMember> members;

  [[nodiscard]] const Json* find(std::string_view name) const;
};

struct JsonMember {
  std::string name;
  Json value;
};

struct JsonManner {
  std::size_t depth = 64;
  bool duplicates = false;  // a lenient reader takes them and keeps them all; and U+0000 in names
};

// The texts of an array's items with this between them.
[[nodiscard]] std::string joined(const Json& array, const std::string& between);

[[nodiscard]] std::optional<Json> read_json(std::string_view text, const JsonManner& manner);

// The code points of UTF-8 text; nothing for what is not UTF-8 (Unicode, table 3-7).
[[nodiscard]] std::optional<std::u32string> code_points(std::string_view text);
void append_utf8(std::string& out, char32_t point);

}  // namespace holdfast::fuzz
