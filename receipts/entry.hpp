// An entry of the log: one JSON object in RFC 8785 form, integers only, whose exact bytes are the leaf. The
// format is docs/receipt-log-format.md; do not change it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/json.hpp"
#include "core/result.hpp"

namespace holdfast::receipts {

inline constexpr std::size_t kLargestEntry = 65'535;

// A parsed entry. The views point into the document, which lives on the heap: an Entry may be moved.
struct Entry {
  json::Document document;
  std::string_view kind, id, issuer, boot;
  std::uint64_t at = 0;
  std::uint64_t seq = 0;

  [[nodiscard]] const json::Value& root() const { return document.root(); }
};

// What is said of an entry over kLargestEntry.
[[nodiscard]] Error entry_too_large(std::size_t bytes);

// Checks the whole form. Errors: malformed or too_large, saying what is wrong.
[[nodiscard]] Result<Entry> parse_entry(std::string_view bytes);

// Members, when they are there and of that type; text is empty otherwise.
[[nodiscard]] std::string_view text_of(const json::Value* object, std::string_view name);
[[nodiscard]] std::optional<std::uint64_t> count_of(const json::Value* object, std::string_view name);
[[nodiscard]] const json::Value* object_of(const json::Value* object, std::string_view name);

}  // namespace holdfast::receipts
