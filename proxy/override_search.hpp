// Looks for a method override in a body that no rule reads: the names that a server may take from it, by what
// its Content-Type says it is, and nothing else. A body streams through while it is searched; a piece is
// searched before it leaves, so that no override arrives whole.
//
// It errs towards finding: what only a careless reader takes for `_method` is found, and so is what cannot be
// told (a document that is no JSON, a name in an encoding of mail).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "proxy/override_name.hpp"

namespace holdfast::proxy {

// %XX, read byte by byte.
class PercentEscapes {
 public:
  enum class Read { nothing_yet, plain, escaped };  // what `byte` is now
  Read take(char& byte);

 private:
  int digits_ = 0;  // left of it
  int value_ = 0;
};

// application/x-www-form-urlencoded: the names before `=`, `&` and `;`.
class FormSearch {
 public:
  [[nodiscard]] bool finds(char byte);

 private:
  OverrideName name_;
  PercentEscapes escapes_;
  bool in_name_ = true;
};

// JSON: the names of an outermost object.
class JsonSearch {
 public:
  [[nodiscard]] bool finds(char byte);

 private:
  bool finds_outside(char byte);
  bool finds_in_string(char byte);
  bool finds_in_escape(char byte);
  void take(char byte);

  OverrideName name_;
  long depth_ = 0;
  bool in_object_ = false;  // the outermost value is one
  bool name_next_ = false;  // a string at depth one would be a name
  bool in_string_ = false;
  bool in_name_ = false;
  bool in_escape_ = false;
  int digits_ = 0;  // left of \uXXXX
  unsigned code_ = 0;
};

// multipart/*: every word in the headers of a part, from Content-Disposition or Content-ID (from which Rack
// takes a name, too) to the empty line. Boundaries are not looked at: readers differ on them.
class PartSearch {
 public:
  [[nodiscard]] bool finds(char byte);

 private:
  [[nodiscard]] bool begins_headers(char byte);
  [[nodiscard]] bool ends_headers(char byte);
  [[nodiscard]] bool finds_in_headers(char byte);

  OverrideName word_;
  PercentEscapes escapes_;
  std::string last_;                      // the word's first bytes, in lower case
  std::size_t disposition_ = 0, id_ = 0;  // how much of these headers' names has come
  std::size_t line_ends_ = 0;             // how much of the empty line
  bool in_headers_ = false;
  bool equals_ = false;  // the byte before was `=`
};

// All that a Content-Type may be taken for.
class OverrideSearch {
 public:
  // For the agent, and the receipt.
  static constexpr const char* kFound =
      "the body names a parameter such as _method, or cannot be searched for it: it could change what is run";

  explicit OverrideSearch(std::string_view content_type);

  // False: nobody takes names from a body of this type.
  [[nodiscard]] bool needed() const { return form_ || json_ || parts_; }
  [[nodiscard]] bool only_json() const { return json_ && !form_ && !parts_; }
  // Some take it for this, some for that.
  [[nodiscard]] bool ambiguous() const { return form_ + json_ + parts_ > 1; }
  [[nodiscard]] bool finds(std::string_view piece);

 private:
  bool form_ = false, json_ = false, parts_ = false;
  FormSearch in_form_;
  JsonSearch in_json_;
  PartSearch in_parts_;
};

}  // namespace holdfast::proxy
