// Numbers, patterns, names and addresses as the reference reads them: slow, and easy to believe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace holdfast::reference {

// A number written out, without an exponent: no zeros in front of whole, none behind fraction.
struct Digits {
  bool negative = false;
  std::string whole, fraction;
};

// Nothing for more than 400 digits, or an exponent beyond 400. The text is a JSON number.
[[nodiscard]] std::optional<Digits> digits_of(std::string_view number);
// Below, at or above zero as a is less than, equal to or greater than b.
[[nodiscard]] int compare(const Digits& a, const Digits& b);
// The same of two JSON numbers, as a program sees them that reads numbers as doubles.
[[nodiscard]] int compare_as_doubles(const std::string& a, const std::string& b);

// `*` is anything without the stop, `**` anything; all the rest is itself.
[[nodiscard]] bool wild(std::string_view pattern, std::string_view text, char stop);
// `matches`: RE2's syntax, about the whole text unless it begins with `^`, flags aside, or ends with `$`.
// Whether a `.` is a line feed too is for the caller to say, where the pattern does not.
[[nodiscard]] bool found(const std::string& regex, const std::string& text, bool dot_is_line_feed);

[[nodiscard]] bool is_nfc(const std::string& text);
// Whether some reader takes the other for the name. From the first byte on that is not UTF-8 it may be read
// as anything. The name itself is UTF-8.
[[nodiscard]] bool alike(const std::string& name, const std::string& other);

// The same of a parameter in a query or form, and of what is a part of the one that is named so: what readers
// make of brackets, dots and spaces is in policy/parameter_name.hpp.
[[nodiscard]] bool alike_as_parameters(const std::string& name, const std::string& other);
// Of headers, in small letters: nobody has to tell marks apart.
[[nodiscard]] bool alike_as_headers(const std::string& name, const std::string& other);

// The bits of an address as zeros and ones: 128 of them, IPv4 in its IPv4-mapped form.
[[nodiscard]] std::optional<std::string> bits_of(const std::string& address);
// Those of the IPv4 address that the bits lead to by NAT64, 6to4, Teredo, or as an IPv4-compatible address.
[[nodiscard]] std::optional<std::string> tunnelled(const std::string& bits);
[[nodiscard]] bool within(const std::string& bits, const std::string& network);

}  // namespace holdfast::reference
