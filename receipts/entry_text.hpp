// An entry as its caller composes it: its own members, in RFC 8785 form, and where among them those of the
// log belong.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "core/json_members.hpp"
#include "core/json_text.hpp"
#include "core/text.hpp"

namespace holdfast::receipts {

// The members every entry has from the log itself, sorted.
inline constexpr std::array<std::string_view, 6> kLogMembers{"boot", "iat", "iss", "kind", "seq", "v"};

class EntryText {
 public:
  EntryText() { text_.reserve(kUsualBytes); }
  EntryText(EntryText&&) noexcept = default;
  EntryText& operator=(EntryText&&) noexcept = default;
  EntryText(const EntryText&) = delete;
  EntryText& operator=(const EntryText&) = delete;
  ~EntryText() = default;

  // What is not written for every call is composed in whatever order; so this is not explicit.
  EntryText(const json::ObjectText& members);

  // As of json::SortedMembers, in sorted order.
  template <std::size_t N>
  EntryText& set_word(const char (&name)[N], std::string_view text) {
    next(std::string_view(name, N - 1)).set_word(name, text);
    return *this;
  }
  template <std::size_t N>
  EntryText& set_raw(const char (&name)[N], std::string_view json) {
    next(std::string_view(name, N - 1)).set_raw(name, json);
    return *this;
  }
  template <std::size_t N, class Fill>
  EntryText& set_object(const char (&name)[N], Fill fill) {
    next(std::string_view(name, N - 1)).set_object(name, fill);
    return *this;
  }

  // The members between the log's member number i - 1 and number i, each followed by a comma; with
  // kLogMembers.size() those after the last.
  [[nodiscard]] std::string_view before(std::size_t i) const;
  [[nodiscard]] std::string_view text() const { return text_.view(); }

 private:
  static constexpr std::size_t kUsualBytes = 960;  // as kUsualHead of the proxy

  // The log's members that stand before this one have passed. How many that are the compiler counts, where
  // the name is a literal.
  [[gnu::always_inline]] json::SortedMembers next(std::string_view name) {
    std::size_t passed = 0;
    for (const std::string_view member : kLogMembers)
      passed += static_cast<std::size_t>(member < name);
    while (passed_ < passed)
      places_[passed_++] = text_.size();
    return json::SortedMembers(&text_);
  }

  Text text_;
  std::array<std::size_t, kLogMembers.size()> places_{};  // of the log's members in the text
  std::size_t passed_ = 0;                                // so many of them are known
};

}  // namespace holdfast::receipts
