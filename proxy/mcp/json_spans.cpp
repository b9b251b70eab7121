#include "proxy/mcp/json_spans.hpp"

#include <algorithm>

namespace holdfast::proxy::mcp {
namespace {

// Walks over a text that is known to be JSON.
class Walker {
 public:
  Walker(std::string_view text, std::size_t at) : text_(text), at_(at) { skip_blanks(); }

  [[nodiscard]] char here() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void step() {
    ++at_;
    skip_blanks();
  }
  // The value that begins here, without what is blank behind it.
  Span value() {
    Span span{at_, at_};
    std::size_t depth = 0;
    do {
      const char c = here();
      if (c == '"') {
        skip_string();
      } else {
        if (c == '{' || c == '[') ++depth;
        if (c == '}' || c == ']') --depth;
        const bool single = c == '{' || c == '[' || c == '}' || c == ']' || c == ',' || c == ':' ||
                            c == ' ' || c == '\t' || c == '\n' || c == '\r';
        at_ = single ? at_ + 1 : std::min(text_.find_first_of(",:]} \t\r\n", at_), text_.size());
      }
    } while (depth > 0 && at_ < text_.size());
    span.end = at_;
    skip_blanks();
    return span;
  }

 private:
  void skip_blanks() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }
  void skip_string() {
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\') ++at_;
    }
    at_ = std::min(at_ + 1, text_.size());
  }

  std::string_view text_;
  std::size_t at_;
};

}  // namespace

Span member_span(std::string_view text, Span object, std::size_t n) {
  Walker walker(text, object.begin);
  walker.step();  // {
  for (;; --n) {
    static_cast<void>(walker.value());  // its name
    walker.step();                      // :
    const Span value = walker.value();
    if (n == 0 || walker.here() != ',') return value;
    walker.step();
  }
}

std::vector<Span> item_spans(std::string_view text, std::size_t behind_bracket) {
  std::vector<Span> spans;
  Walker walker(text, behind_bracket);
  while (walker.here() != ']' && walker.here() != '\0') {
    spans.push_back(walker.value());
    if (walker.here() == ',') walker.step();
  }
  return spans;
}

}  // namespace holdfast::proxy::mcp
