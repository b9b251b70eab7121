#include "policy/anchors.hpp"

#include <algorithm>

namespace holdfast::policy {
namespace {

// Goes through a pattern token by token; what stands in classes and quotations is text.
class Reader {
 public:
  explicit Reader(std::string_view pattern) : rest_(pattern) {}

  Stated read() {
    while (!rest_.empty())
      token();
    const bool own = first_ || last_;
    const bool partly = own ? alternatives_ : inside_;
    Stated stated;
    if (own) stated.anchors = Anchors::own;
    if (partly) stated.anchors = Anchors::partly;
    stated.open_dots = has_dot_ && !dot_is_said_;
    stated.open_quotation = open_quotation_;
    stated.by_line = by_line_;
    return stated;
  }

 private:
  void token() {
    if (take_flags()) return;
    const char c = rest_.front();
    switch (c) {
      case '\\':
        escape();
        break;
      case '[':
        skip_class();
        break;
      case '^':
      case '$':
        rest_.remove_prefix(1);
        anchor(c == '^');
        break;
      default:
        rest_.remove_prefix(1);
        plain(c);
    }
    in_front_ = false;
  }

  // `(?i)`, `(?s-m)`: they hold for what follows, and open no group, as `(?i:` does.
  bool take_flags() {
    if (!rest_.starts_with("(?")) return false;
    const std::size_t end = rest_.find_first_not_of("imsU-", 2);
    if (end == std::string_view::npos || (rest_[end] != ')' && rest_[end] != ':')) return false;
    if (rest_.substr(0, std::min(end, rest_.find('-'))).find('m') != std::string_view::npos) by_line_ = true;
    if (rest_[end] == ':') return false;
    if (in_front_ && rest_.substr(0, end).find('s') != std::string_view::npos) dot_is_said_ = true;
    rest_.remove_prefix(end + 1);
    return true;
  }

  void plain(char c) {
    if (c == '(') ++depth_;
    if (c == ')') --depth_;
    if (c == '|' && depth_ == 0) alternatives_ = true;
    if (c == '.') has_dot_ = true;
  }

  // It has been taken.
  void anchor(bool begin) {
    const bool outside = depth_ == 0 && (begin ? in_front_ : rest_.empty());
    if (!outside) {
      inside_ = true;
    } else if (begin) {
      first_ = true;
    } else {
      last_ = true;
    }
  }

  void escape() {
    const char c = rest_[1];
    rest_.remove_prefix(2);
    if (c == 'A' || c == 'z') anchor(c == 'A');
    // \p{^Greek}
    if ((c == 'p' || c == 'P') && rest_.starts_with('{')) skip_to("}");
    if (c == 'Q') open_quotation_ = rest_.find("\\E") == std::string_view::npos;
    if (c == 'Q') skip_to("\\E");
  }

  // `[^]a[:digit:]\]]`: a bracket that stands first is text.
  void skip_class() {
    rest_.remove_prefix(rest_.starts_with("[^") ? 2 : 1);
    for (bool first = true; !rest_.empty() && (first || rest_.front() != ']'); first = false) {
      if (rest_.starts_with("[:") && rest_.find(":]") != std::string_view::npos) {
        skip_to(":]");
      } else {
        rest_.remove_prefix(rest_.front() == '\\' ? 2 : 1);  // nothing valid ends in either
      }
    }
    rest_.remove_prefix(1);
  }

  // Behind it, or to the end.
  void skip_to(std::string_view end) {
    const std::size_t at = rest_.find(end);
    rest_.remove_prefix(std::min(rest_.size(), at == std::string_view::npos ? at : at + end.size()));
  }

  std::string_view rest_;
  int depth_ = 0;
  bool in_front_ = true;  // nothing but flags so far
  bool first_ = false, last_ = false, inside_ = false;
  bool alternatives_ = false;
  bool has_dot_ = false, dot_is_said_ = false;
  bool open_quotation_ = false;
  bool by_line_ = false;
};

}  // namespace

Stated stated_by(std::string_view pattern) {
  return Reader(pattern).read();
}

}  // namespace holdfast::policy
