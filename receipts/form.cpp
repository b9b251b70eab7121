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

bool digit(char c) {
  return c >= '0' && c <= '9';
}

// Mostly the first characters tell.
bool in_order(std::string_view name, std::string_view next) {
  return name.front() != next.front() ? name.front() < next.front() : name < next;
}

// Each returns where what it names ends that begins at `at`, or nullptr when it does not stand there.
class Form {
 public:
  explicit Form(std::string_view bytes) : end_(bytes.data() + bytes.size()), all_plain_(all_plain(bytes)) {}

  const char* object(const char* at, int depth) const {
    if (depth == 0 || !is(at, '{')) return nullptr;
    if (is(++at, '}')) return at + 1;
    for (std::string_view before;; ++at) {
      const std::string_view member = name(at);
      if (member.empty() || (!before.empty() && !in_order(before, member))) return nullptr;
      before = member;
      at = member.data() + member.size() + 1;  // behind its quote
      if (!is(at, ':')) return nullptr;
      at = value(at + 1, depth - 1);
      if (at == nullptr || !is(at, ',')) return at != nullptr && is(at, '}') ? at + 1 : nullptr;
    }
  }

 private:
  [[nodiscard]] bool is(const char* at, char c) const { return at != end_ && *at == c; }
  [[nodiscard]] std::string_view from(const char* at) const { return {at, end_}; }

  const char* word(const char* at, std::string_view word) const {
    return from(at).starts_with(word) ? at + word.size() : nullptr;
  }

  const char* value(const char* at, int depth) const {
    if (is(at, '"')) return all_plain_ ? plain_string(at + 1) : any_string(at + 1);
    if (at == end_) return nullptr;
    switch (*at) {
      case '{':
        return object(at, depth);
      case '[':
        return array(at, depth);
      case 't':
        return word(at, "true");
      case 'f':
        return word(at, "false");
      default:
        return integer(at);
    }
  }

  const char* array(const char* at, int depth) const {
    if (depth == 0) return nullptr;
    if (is(++at, ']')) return at + 1;
    for (;; ++at) {
      at = value(at, depth - 1);
      if (at == nullptr || !is(at, ',')) return at != nullptr && is(at, ']') ? at + 1 : nullptr;
    }
  }

  // What stands between its quotes. Empty when there is none: no member of ours has an empty name.
  [[nodiscard]] std::string_view name(const char* at) const {
    if (!is(at, '"')) return {};
    const char* const begin = ++at;
    while (at != end_ && *at != '"')
      ++at;
    const std::string_view found(begin, at);
    return at != end_ && (all_plain_ || all_plain(found)) ? found : std::string_view();
  }

  // Both strings begin behind their first quote.
  const char* plain_string(const char* at) const {
    const void* const quote = std::memchr(at, '"', static_cast<std::size_t>(end_ - at));
    return quote == nullptr ? nullptr : static_cast<const char*>(quote) + 1;
  }

  const char* any_string(const char* at) const {
    while (at != nullptr) {
      at += octets::find(from(at), 0, any_stops, stops);
      if (is(at, '"')) return at + 1;
      at = is(at, '\\') ? escape(at + 1) : beyond_ascii(at);
    }
    return nullptr;
  }

  // RFC 8785 §3.2.2.2: the short one where there is one (so never \u0008, 09, 0a, 0c, 0d), else \u00 and two
  // lower-case digits. Behind the backslash.
  const char* escape(const char* at) const {
    if (at == end_) return nullptr;
    if (*at != 'u')
      return std::string_view("\"\\bfnrt").find(*at) != std::string_view::npos ? at + 1 : nullptr;
    const std::string_view digits = from(at + 1).substr(0, 4);
    if (digits.size() < 4 || !digits.starts_with("00") || (digits[2] != '0' && digits[2] != '1'))
      return nullptr;
    const std::string_view last = digits[2] == '0' ? "01234567bef" : "0123456789abcdef";
    return last.find(digits[3]) != std::string_view::npos ? at + 5 : nullptr;
  }

  const char* beyond_ascii(const char* at) const {
    const std::size_t length = json::utf8_sequence(from(at));
    return length < 2 ? nullptr : at + length;  // a control character, no UTF-8, or the end
  }

  const char* integer(const char* at) const {
    const bool negative = is(at, '-');
    const char* const begin = negative ? at + 1 : at;
    at = begin;
    while (at != end_ && digit(*at))
      ++at;
    const std::string_view digits(begin, at);
    if (digits == "0") return negative ? nullptr : at;
    if (digits.empty() || digits.front() == '0' || digits.size() > kLargestInteger.size()) return nullptr;
    return digits.size() < kLargestInteger.size() || digits <= kLargestInteger ? at : nullptr;
  }

  const char* const end_;
  const bool all_plain_;  // then a string ends with the next quote, and needs no second look
};

}  // namespace

bool has_entry_form(std::string_view bytes) {
  const Form form(bytes);
  // NOLINTNEXTLINE(bugprone-suspicious-stringview-data-usage): the form knows where they end
  return form.object(bytes.data(), kDepth) == bytes.data() + bytes.size();
}

}  // namespace holdfast::receipts
