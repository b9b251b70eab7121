#include "receipts/form.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "core/json_text.hpp"
#include "core/octets.hpp"

namespace holdfast::receipts {
namespace {

constexpr int kDepth = 16;
constexpr std::string_view kLargestInteger = "9007199254740991";  // 2^53 - 1

// ASCII that a string holds as it is.
constexpr std::array<bool, 256> kPlain = [] {
  std::array<bool, 256> plain{};
  for (std::size_t c = 0x20; c < 0x80; ++c)
    plain[c] = c != '"' && c != '\\';
  return plain;
}();

bool plain(char c) {
  return kPlain[static_cast<unsigned char>(c)];
}

std::uint64_t any_not_plain(std::uint64_t word) {
  return octets::less_than(word, 0x20) | octets::equal_to(word, '"') | octets::equal_to(word, '\\') |
         octets::beyond_ascii(word);
}

bool digit(char c) {
  return c >= '0' && c <= '9';
}

// Reads from the front; every function says whether what it names stood there.
class Form {
 public:
  explicit Form(std::string_view bytes) : rest_(bytes) {}

  bool object(int depth) {
    if (depth == 0 || !take('{')) return false;
    if (take('}')) return true;
    std::string_view before;
    do {
      const std::string_view member = name();
      if (member.empty() || member <= before || !take(':') || !value(depth - 1)) return false;
      before = member;
    } while (take(','));
    return take('}');
  }

  [[nodiscard]] bool done() const { return rest_.empty(); }

 private:
  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool take(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  bool value(int depth) {
    if (rest_.empty()) return false;
    switch (rest_.front()) {
      case '"':
        return string();
      case '{':
        return object(depth);
      case '[':
        return array(depth);
      case 't':
        return take("true");
      case 'f':
        return take("false");
      default:
        return integer();
    }
  }

  bool array(int depth) {
    if (depth == 0 || !take('[')) return false;
    if (take(']')) return true;
    do {
      if (!value(depth - 1)) return false;
    } while (take(','));
    return take(']');
  }

  // Empty when there is none: no member of ours has an empty name.
  std::string_view name() {
    if (!take('"')) return {};
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), plain);
    const auto found = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(found.size());
    return take('"') ? found : std::string_view();
  }

  bool string() {
    rest_.remove_prefix(1);
    while (!rest_.empty()) {
      rest_.remove_prefix(octets::find(rest_, 0, any_not_plain, [](char c) { return !plain(c); }));
      if (take('"')) return true;
      const bool read = rest_.starts_with('\\') ? escape() : beyond_ascii();
      if (!read) return false;
    }
    return false;
  }

  // RFC 8785 §3.2.2.2: the short one where there is one (so never \u0008, 09, 0a, 0c, 0d), else \u00 and two
  // lower-case digits.
  bool escape() {
    rest_.remove_prefix(1);
    if (rest_.empty()) return false;
    const char letter = rest_.front();
    rest_.remove_prefix(1);
    if (letter != 'u') return std::string_view("\"\\bfnrt").find(letter) != std::string_view::npos;
    if (rest_.size() < 4 || !rest_.starts_with("00") || (rest_[2] != '0' && rest_[2] != '1')) return false;
    const std::string_view second = rest_[2] == '0' ? "01234567bef" : "0123456789abcdef";
    const bool known = second.find(rest_[3]) != std::string_view::npos;
    rest_.remove_prefix(4);
    return known;
  }

  bool beyond_ascii() {
    const std::size_t length = json::utf8_sequence(rest_);
    if (length < 2) return false;  // a control character, or no UTF-8
    rest_.remove_prefix(length);
    return true;
  }

  bool integer() {
    const bool negative = take('-');
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), digit);
    const auto digits = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(digits.size());
    if (digits == "0") return !negative;
    if (digits.empty() || digits.front() == '0' || digits.size() > kLargestInteger.size()) return false;
    return digits.size() < kLargestInteger.size() || digits <= kLargestInteger;
  }

  std::string_view rest_;
};

}  // namespace

bool has_entry_form(std::string_view bytes) {
  Form form(bytes);
  return form.object(kDepth) && form.done();
}

}  // namespace holdfast::receipts
