// Names of parameters in queries and forms as careless readers take them: one folding for all who look for a
// name there, be it a rule's or one that overrides the method.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace holdfast::policy {

// Whether a name that comes byte by byte may be read as the wanted one, or as a part of it:
//
//   before it     spaces, `[`, `]`, `.`, `!` and `?` count for nothing (PHP, Rack, qs, Spring;
//                 URLSearchParams), or `[` and `.` for a `_` (PHP)
//   inside        `[`, `.` and a space are a `_` (PHP), a `]` is nothing
//   behind it     `[`, `.`, `(` and `:` begin what makes a list, an object or another type of it (qs, Rack,
//                 PHP; Spring; Rails; Zope); spaces and `]` are nothing
//   anywhere      controls are nothing, and a NUL ends it
//
// Case and width are folded before, in both names.
class ParameterName {
 public:
  // The text must stay where it is.
  explicit ParameterName(std::string_view wanted);

  void take(char byte);
  // Of what has come so far.
  [[nodiscard]] bool may_be() const;
  // Nothing that comes changes the answer.
  [[nodiscard]] bool settled() const { return at_ == At::other || at_ == At::part; }

 private:
  enum class At : std::uint8_t { before, inside, part, other };
  [[nodiscard]] bool starts_alike() const { return given_ <= wanted_ && wanted_ <= given_ + marks_; }
  void follow(char byte);

  std::string_view rest_;   // of the wanted name, behind its first underscores
  std::size_t wanted_ = 0;  // these
  std::size_t given_ = 0;   // underscores that have come
  std::size_t marks_ = 0;   // what may have been meant as one
  At at_ = At::before;
  bool ended_ = false;
};

}  // namespace holdfast::policy
