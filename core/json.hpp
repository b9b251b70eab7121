// The strict JSON reader: RFC 8259, UTF-8 only, no byte order mark, no duplicate names, no U+0000 in a name,
// no lone surrogates, bounded depth, nothing after the value. Numbers are kept as written and never pass
// through a double.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <memory_resource>
#include <span>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace holdfast::json {

enum class Kind : std::uint8_t { null, boolean, number, string, array, object };

struct Member;

// A node of a Document: immutable, trivially copyable, valid as long as its Document.
class Value {
 public:
  Value() = default;

  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] bool is(Kind kind) const { return kind_ == kind; }
  [[nodiscard]] bool boolean() const { return flag_; }
  // Of a number: its text as written. Of a string: the decoded UTF-8.
  [[nodiscard]] std::string_view text() const { return {text_, size_}; }
  [[nodiscard]] std::span<const Value> items() const { return {items_, is(Kind::array) ? size_ : 0}; }
  // In the order they were written; names are unique.
  [[nodiscard]] std::span<const Member> members() const;
  // The member of exactly this name, or null.
  [[nodiscard]] const Value* find(std::string_view name) const;

  static Value make_null() { return {}; }
  static Value make_boolean(bool flag);
  // The text must outlive the value.
  static Value make_number(std::string_view text) { return {Kind::number, text}; }
  static Value make_string(std::string_view text) { return {Kind::string, text}; }
  static Value make_array(std::span<const Value> items);
  static Value make_object(std::span<const Member> members);

 private:
  Value(Kind kind, std::string_view text)
      : kind_(kind), size_(static_cast<std::uint32_t>(text.size())), text_(text.data()) {}

  Kind kind_ = Kind::null;
  bool flag_ = false;
  std::uint32_t size_ = 0;
  union {
    const char* text_ = nullptr;
    const Value* items_;
    const Member* members_;
  };
};

struct Member {
  std::string_view name;
  Value value;
};

struct Limits {
  std::size_t bytes = 1 << 20;
  std::size_t depth = 64;
};

// A parsed text with everything it points to. Movable; values stay where they are.
class Document {
 public:
  [[nodiscard]] const Value& root() const { return *root_; }
  // For nodes that are added beside the parsed ones and must live as long.
  [[nodiscard]] std::pmr::memory_resource& memory() { return arena_->memory; }

 private:
  friend class Parsing;

  // One block of memory for the nodes of a small document.
  struct Arena {
    // As many nodes, or so much room in one block when that is more.
    explicit Arena(std::size_t room);
    static constexpr std::size_t kUsual = 928;

    alignas(std::max_align_t) std::array<std::byte, kUsual> first;
    std::pmr::monotonic_buffer_resource memory;
  };

  std::unique_ptr<Arena> arena_;
  const Value* root_ = nullptr;
};

// Errors: too_large, malformed (with the byte offset). The text may go away afterwards.
[[nodiscard]] Result<Document> parse(std::string_view text, const Limits& limits);
// The same of a text that outlives the document, which then points into it instead of keeping a copy.
[[nodiscard]] Result<Document> parse_in_place(std::string_view text, const Limits& limits);

// Compact text of a value: order of members and spelling of numbers as they were read.
[[nodiscard]] std::string to_text(const Value& value);

// The same with members sorted by UTF-16 code units and strings as RFC 8785 §3.2.2.2 writes them. Numbers
// stay as written, which is the one exception 03-calls makes; for integer-only documents this is RFC 8785.
void append_canonical(std::string& out, const Value& value);
[[nodiscard]] std::string to_canonical(const Value& value);

}  // namespace holdfast::json
