// The members of one JSON object in RFC 8785 form, composed in one pass where they stay: what every call
// leaves behind is written this way. They are set in sorted order; the receipt log, which reads the form of
// what it is given, refuses others. Names are ASCII without quotes and controls.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "core/hex.hpp"
#include "core/text.hpp"

namespace holdfast::json {

// As append_string of core/json_text.hpp. The text must be UTF-8.
void append_string(Text& out, std::string_view text);
// The same of a text of unknown origin: what is not UTF-8 becomes U+FFFD.
void append_repaired(Text& out, std::string_view text);
void append_number(Text& out, std::int64_t number);
void append_number(Text& out, std::uint64_t number);

class SortedMembers {
 public:
  // Writes the members alone, each followed by a comma; the braces are the caller's.
  explicit SortedMembers(Text* out) : out_(out) {}

  template <std::size_t N>
  SortedMembers& set(const char (&name)[N], std::string_view text) {
    open(name);
    append_string(*out_, text);
    return close();
  }
  template <std::size_t N>
  SortedMembers& set(const char (&name)[N], std::uint64_t number) {
    open(name);
    append_number(*out_, number);
    return close();
  }
  template <std::size_t N>
  SortedMembers& set(const char (&name)[N], std::int64_t number) {
    open(name);
    append_number(*out_, number);
    return close();
  }
  template <std::size_t N>
  SortedMembers& set_repaired(const char (&name)[N], std::string_view text) {
    open(name);
    append_repaired(*out_, text);
    return close();
  }
  // A text that needs no escape: an id, a digest, a word of ours.
  template <std::size_t N>
  SortedMembers& set_word(const char (&name)[N], std::string_view text) {
    open(name);
    out_->append('"');
    out_->append(text);
    out_->append('"');
    return close();
  }
  template <std::size_t N>
  SortedMembers& set_hex(const char (&name)[N], std::span<const std::uint8_t, 32> hash) {
    std::array<char, 64> text{};
    char* at = text.data();
    for (const std::uint8_t byte : hash)
      at = write_hex(at, byte);
    return set_word(name, {text.data(), text.size()});
  }
  // JSON text, as it is.
  template <std::size_t N>
  SortedMembers& set_raw(const char (&name)[N], std::string_view json) {
    open(name);
    out_->append(json);
    return close();
  }
  // fill(SortedMembers&)
  template <std::size_t N, class Fill>
  SortedMembers& set_object(const char (&name)[N], Fill fill) {
    open(name);
    out_->append('{');
    const std::size_t begun = out_->size();
    SortedMembers members(out_);
    fill(members);
    if (out_->size() == begun) {
      out_->append('}');
    } else {
      out_->replace_last('}');  // the last one's comma
    }
    return close();
  }

 private:
  template <std::size_t N>
  void open(const char (&name)[N]) {
    std::array<char, N + 2> opening{};  // "name":
    opening[0] = '"';
    std::memcpy(&opening[1], name, N - 1);
    opening[N] = '"';
    opening[N + 1] = ':';
    out_->append({opening.data(), opening.size()});
  }
  SortedMembers& close() {
    out_->append(',');
    return *this;
  }

  Text* const out_;
};

}  // namespace holdfast::json
