// Composing JSON. Objects come out in RFC 8785 form: members sorted, no spaces, integers only. What others
// wrote is spliced in as text, never through a number type of ours.
#pragma once

#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace holdfast::json {

// Appends a quoted string as RFC 8785 §3.2.2.2 writes it. The text must be UTF-8.
void append_string(std::string& out, std::string_view text);
[[nodiscard]] std::string quoted(std::string_view text);

// Where the next character that a string must escape stands from `at` on; the text's size when there is none.
[[nodiscard]] std::size_t next_escaped(std::string_view text, std::size_t at);

// The length of the well-formed UTF-8 sequence at the start of the text (Unicode 15 table 3-7), or 0.
[[nodiscard]] std::size_t utf8_sequence(std::string_view text);

[[nodiscard]] constexpr bool is_beyond_ascii(char c) {
  return (static_cast<unsigned char>(c) & 0x80) != 0;
}
[[nodiscard]] bool is_utf8(std::string_view text);

// Replaces every byte sequence that is not UTF-8 by U+FFFD. For texts of unknown origin (upstream errors).
[[nodiscard]] std::string to_utf8(std::string_view text);

// Collects members and prints them sorted; fastest when they are set in that order. Names are ASCII without
// quotes and controls, and set once.
class ObjectText {
 public:
  ObjectText& set(std::string_view name, std::string_view text);
  ObjectText& set(std::string_view name, const char* text) { return set(name, std::string_view(text)); }
  ObjectText& set(std::string_view name, bool flag);
  ObjectText& set(std::string_view name, std::int64_t number);
  ObjectText& set(std::string_view name, int number) { return set(name, std::int64_t{number}); }
  ObjectText& set(std::string_view name, std::uint64_t number);
  // Nothing is written when the text is empty.
  ObjectText& set_if(std::string_view name, std::string_view text);
  ObjectText& set_null(std::string_view name);
  // JSON text, spliced as it is.
  ObjectText& set_raw(std::string_view name, std::string_view json);
  ObjectText& set(std::string_view name, const ObjectText& object);

  [[nodiscard]] bool empty() const { return members_.empty(); }
  [[nodiscard]] std::string text() const;
  void append_to(std::string& out) const;
  // visit(name, json) for every member in order, `json` being `"name":value,`: the pieces of an object that
  // somebody else completes.
  template <class Visit>
  void visit_members(Visit visit) const {
    for (const Member& member : members_)
      visit(member.name, std::string_view(text_).substr(member.begin, member.end - member.begin));
  }

 private:
  struct Member {
    std::string_view name;
    std::size_t begin, end;  // of `"name":value,` in text_
  };
  // Opens a member; what is appended to text_ until close() is its value.
  void open(std::string_view name);
  ObjectText& close();

  std::string text_;                                    // as they were set: sorted, if they were set so
  boost::container::small_vector<Member, 12> members_;  // sorted by name
  std::size_t opened_ = 0;
};

// `[a,b]` of JSON texts; of strings to be quoted.
[[nodiscard]] std::string array_text(std::span<const std::string> json);
[[nodiscard]] std::string strings_text(std::span<const std::string> texts);

}  // namespace holdfast::json
