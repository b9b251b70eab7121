// An entry of the log: one JSON object in RFC 8785 form, integers only, whose exact bytes are the leaf. The
// format is docs/receipt-log-format.md; do not change it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/json.hpp"
#include "core/json_text.hpp"
#include "core/result.hpp"

namespace holdfast::receipts {

inline constexpr std::size_t kLargestEntry = 65'535;

// The members that are the log's own.
struct Stamp {
  std::string_view issuer;  // the origin
  std::int64_t at = 0;      // Unix seconds
  std::string_view boot;
  std::uint64_t seq = 0;
};

// A parsed entry. The views point into the document, which lives on the heap: an Entry may be moved.
struct Entry {
  json::Document document;
  std::string_view kind, id, issuer, boot;
  std::uint64_t at = 0;
  std::uint64_t seq = 0;

  [[nodiscard]] const json::Value& root() const { return document.root(); }
};

// A new entry: its bytes, and what parse_entry reads from them.
struct Made {
  std::string bytes;
  Entry entry;
};

// Errors: too_large; internal when the members do not make an entry (a float, a null, a
// reserved name): a mistake of ours that must not reach the log, where nobody could take it out again.
[[nodiscard]] Result<Made> make_entry(std::string_view kind, json::ObjectText members, const Stamp& stamp);

// Checks the whole form. Errors: malformed or too_large, saying what is wrong.
[[nodiscard]] Result<Entry> parse_entry(std::string_view bytes);

// Members, when they are there and of that type; text is empty otherwise.
[[nodiscard]] std::string_view text_of(const json::Value* object, std::string_view name);
[[nodiscard]] std::optional<std::uint64_t> count_of(const json::Value* object, std::string_view name);
[[nodiscard]] const json::Value* object_of(const json::Value* object, std::string_view name);

}  // namespace holdfast::receipts
