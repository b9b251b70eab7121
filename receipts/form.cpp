#include "receipts/form.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "core/json_text.hpp"
#include "core/octets.hpp"

namespace holdfast::receipts {
namespace {

constexpr int kDepth = 16;
constexpr std::string_view kLargestInteger = "9007199254740991";  // 2^53 - 1

// ASCII that stands in a string as it is, and the quote, which ends it. What is beyond ASCII is negative.
bool plain(char c) {
  return static_cast<signed char>(c) >= 0x20 && c != '\\';
}

// Without a way out in the middle, so that the compiler takes sixteen bytes at a time.
bool all_plain(std::string_view bytes) {
  unsigned char others = 0;
  for (const char c : bytes)
    others |= static_cast<unsigned char>(!plain(c));
  return others == 0;
}

bool stops(char c) {
  return !plain(c) || c == '"';
}

std::uint64_t any_stops(std::uint64_t word) {
  return octets::less_than(word, 0x20) | octets::equal_to(word, '"') | octets::equal_to(word, '\\') |
         octets::beyond_ascii(word);
}

std::uint64_t any_quote(std::uint64_t word) {
  return octets::equal_to(word, '"');
}

bool digit(char c) {
  return c >= '0' && c <= '9';
}

// Mostly the first characters tell.
bool in_order(std::string_view name, std::string_view next) {
  return name.front() != next.front() ? name.front() < next.front() : name < next;
}

// Reads from the front; every function says whether what it names stood there.
class Form {
 public:
  explicit Form(std::string_view bytes)
      : at_(bytes.data()), end_(at_ + bytes.size()), all_plain_(all_plain(bytes)) {}

  bool object(int depth) {
    if (depth == 0 || !take('{')) return false;
    if (take('}')) return true;
    std::string_view before;
    do {
      const std::string_view member = name();
      if (member.empty() || !take(':') || !value(depth - 1)) return false;
      if (!before.empty() && !in_order(before, member)) return false;
      before = member;
    } while (take(','));
    return take('}');
  }

  [[nodiscard]] bool done() const { return at_ == end_; }

 private:
  [[nodiscard]] std::string_view rest() const { return {at_, end_}; }

  bool take(char c) {
    if (done() || *at_ != c) return false;
    ++at_;
    return true;
  }

  bool take(std::string_view word) {
    if (!rest().starts_with(word)) return false;
    at_ += word.size();
    return true;
  }

  bool value(int depth) {
    if (done()) return false;
    switch (*at_) {
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
    const char* const begin = at_;
    at_ += octets::find(rest(), 0, any_quote, [](char c) { return c == '"'; });
    const std::string_view found(begin, at_);
    return take('"') && (all_plain_ || all_plain(found)) ? found : std::string_view();
  }

  bool string() {
    ++at_;
    if (!all_plain_) return string_of_any();
    const void* const quote = std::memchr(at_, '"', static_cast<std::size_t>(end_ - at_));
    if (quote == nullptr) return false;
    at_ = static_cast<const char*>(quote) + 1;
    return true;
  }

  // Behind its first quote.
  bool string_of_any() {
    while (!done()) {
      at_ += octets::find(rest(), 0, any_stops, stops);
      if (take('"')) return true;
      if (!(take('\\') ? escape() : beyond_ascii())) return false;
    }
    return false;
  }

  // RFC 8785 §3.2.2.2: the short one where there is one (so never \u0008, 09, 0a, 0c, 0d), else \u00 and two
  // lower-case digits. Behind the backslash.
  bool escape() {
    if (done()) return false;
    const char letter = *at_++;
    if (letter != 'u') return std::string_view("\"\\bfnrt").find(letter) != std::string_view::npos;
    if (!take("00") || end_ - at_ < 2 || (*at_ != '0' && *at_ != '1')) return false;
    const std::string_view second = *at_++ == '0' ? "01234567bef" : "0123456789abcdef";
    return second.find(*at_++) != std::string_view::npos;
  }

  bool beyond_ascii() {
    const std::size_t length = json::utf8_sequence(rest());
    if (length < 2) return false;  // a control character, or no UTF-8
    at_ += length;
    return true;
  }

  bool integer() {
    const bool negative = take('-');
    const char* const begin = at_;
    while (!done() && digit(*at_))
      ++at_;
    const std::string_view digits(begin, at_);
    if (digits == "0") return !negative;
    if (digits.empty() || digits.front() == '0' || digits.size() > kLargestInteger.size()) return false;
    return digits.size() < kLargestInteger.size() || digits <= kLargestInteger;
  }

  const char* at_;
  const char* const end_;
  const bool all_plain_;  // then a string ends with the next quote, and needs no second look
};

}  // namespace

bool has_entry_form(std::string_view bytes) {
  Form form(bytes);
  return form.object(kDepth) && form.done();
}

}  // namespace holdfast::receipts
