#include "policy/operators.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <vector>

#include "policy/names.hpp"

namespace holdfast::policy {
namespace {

using json::Kind;
using json::Value;

// A number against an operand: to readers who keep every digit, and to those who keep the nearest double.
struct Order {
  std::strong_ordering exact, rounded;
};

std::optional<Order> order(const Value& value, const Scalar& wanted) {
  if (!value.is(Kind::number)) return std::nullopt;
  const std::optional<Decimal> number = Decimal::parse(value.text());
  if (!number) return std::nullopt;
  const std::strong_ordering exact = *number <=> wanted.number;
  // Rounding never turns an order round; it makes equal.
  const bool equal = exact != 0 && number->is_same_double(wanted.number);
  return Order{exact, equal ? std::strong_ordering::equal : exact};
}

// What is not the same to both kinds of readers is unknown.
template <class Says>
Truth agreed(const std::optional<Order>& found, const Says& says) {
  if (!found) return Truth::unknown;
  const bool exact = says(found->exact);
  return exact == says(found->rounded) ? truth(exact) : Truth::unknown;
}

Truth equals(const Value& value, const Scalar& wanted) {
  if (value.kind() != wanted.kind) return Truth::unknown;
  switch (value.kind()) {
    case Kind::null:
      return Truth::yes;
    case Kind::boolean:
      return truth(value.boolean() == wanted.flag);
    case Kind::string:
      return truth(value.text() == wanted.text);
    case Kind::number:
      return agreed(order(value, wanted), [](auto than) { return than == 0; });
    case Kind::array:
    case Kind::object:
      return Truth::unknown;
  }
  return Truth::unknown;
}

Truth is_in(const Value& value, const std::vector<Scalar>& wanted) {
  Truth any = Truth::no;
  for (const Scalar& one : wanted) {
    any = either(any, equals(value, one));
    if (any == Truth::yes) break;
  }
  return any;
}

Truth is_between(const CompiledTest& test, const Value& value) {
  return both(agreed(order(value, test.values[0]), [](auto than) { return than >= 0; }),
              agreed(order(value, test.values[1]), [](auto than) { return than <= 0; }));
}

bool is_in_joined(std::string_view wanted, const Value& texts, std::string_view between) {
  std::string joined;
  for (const Value& item : texts.items())
    joined.append(item.text()).append(between);
  joined.resize(joined.size() - between.size());
  return joined.find(wanted) != std::string::npos;
}

// A tool may take the items of a list apart, or make one text of them as a shell does of its words: whether
// what stands in a part of one, or over several, counts is not known.
bool may_be_made_of(const Value& texts, std::string_view wanted) {
  return is_in_joined(wanted, texts, "") || is_in_joined(wanted, texts, " ");
}

Truth contains(const CompiledTest& test, const Value& value) {
  const Scalar& wanted = test.values[0];
  if (value.is(Kind::string) && wanted.kind == Kind::string) {
    return truth(value.text().find(wanted.text) != std::string_view::npos);
  }
  if (!value.is(Kind::array)) return Truth::unknown;
  Truth any = Truth::no;
  for (const Value& item : value.items()) {
    any = either(any, is_certain(item) ? equals(item, wanted) : Truth::unknown);
    if (any == Truth::yes) break;
  }
  // Where it is no, and a text was asked for, all items are texts: of another item it would be unknown.
  if (any != Truth::no || wanted.kind != Kind::string || test.whole_items) return any;
  return !value.items().empty() && may_be_made_of(value, wanted.text) ? Truth::unknown : Truth::no;
}

Truth is_within(const CompiledTest& test, std::string_view text) {
  const std::optional<Address> address = parse_address(text);
  if (!address) return Truth::unknown;
  const auto is_in_one = [&test](const Address& one) {
    return truth(std::any_of(test.networks.begin(), test.networks.end(),
                             [&one](const Network& network) { return network.contains(one); }));
  };
  // Where such an address leads, the network decides that is not known here.
  const std::optional<Address> embedded = embedded_in(*address);
  const Truth itself = is_in_one(*address);
  return !embedded || is_in_one(*embedded) == itself ? itself : Truth::unknown;
}

Truth apply_to_text(const CompiledTest& test, const Value& value, std::size_t& asked) {
  if (!value.is(Kind::string)) return Truth::unknown;
  const std::string_view text = value.text();
  switch (test.op) {
    case Operator::starts_with:
      return truth(text.starts_with(test.values[0].text));
    case Operator::ends_with:
      return truth(text.ends_with(test.values[0].text));
    case Operator::glob:
    case Operator::matches:
      return test.regex.says(text, asked);
    case Operator::cidr:
      return is_within(test, text);
    case Operator::eq:
    case Operator::ne:
    case Operator::gt:
    case Operator::gte:
    case Operator::lt:
    case Operator::lte:
    case Operator::between:
    case Operator::in:
    case Operator::not_in:
    case Operator::contains:
    case Operator::exists:
    case Operator::type:
    case Operator::length:
      break;
  }
  return Truth::unknown;
}

Truth apply_to_number(const CompiledTest& test, const Value& value) {
  return agreed(order(value, test.values[0]), [&test](auto than) {
    if (test.op == Operator::gt) return than > 0;
    if (test.op == Operator::gte) return than >= 0;
    if (test.op == Operator::lt) return than < 0;
    return than <= 0;
  });
}

// Members that some reader takes for one make the count of an object unknown, and so does one that some
// readers take for none of its own.
std::optional<std::size_t> count_members(const Value& object) {
  std::vector<std::string> names;
  for (const json::Member& member : object.members()) {
    if (member.name == kPrototype) return std::nullopt;
    std::optional<std::string> name = fold(member.name);
    if (!name) return std::nullopt;
    names.push_back(std::move(*name));
  }
  std::sort(names.begin(), names.end());
  if (std::adjacent_find(names.begin(), names.end()) != names.end()) return std::nullopt;
  return names.size();
}

// Characters (code points) of text, items of an array, members of an object.
std::optional<std::size_t> length_of(const Value& value) {
  if (value.is(Kind::array)) return value.items().size();
  if (value.is(Kind::object)) return count_members(value);
  if (!value.is(Kind::string)) return std::nullopt;
  const std::string_view text = value.text();
  return std::count_if(text.begin(), text.end(),
                       [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
}

Truth apply_as_is(const CompiledTest& test, const Value& value, std::size_t& asked) {
  switch (test.op) {
    case Operator::eq:
      return equals(value, test.values[0]);
    case Operator::ne:
      return opposite(equals(value, test.values[0]));
    case Operator::in:
      return is_in(value, test.values);
    case Operator::not_in:
      return opposite(is_in(value, test.values));
    case Operator::gt:
    case Operator::gte:
    case Operator::lt:
    case Operator::lte:
      return apply_to_number(test, value);
    case Operator::between:
      return is_between(test, value);
    case Operator::contains:
      return contains(test, value);
    case Operator::starts_with:
    case Operator::ends_with:
    case Operator::glob:
    case Operator::matches:
    case Operator::cidr:
      return apply_to_text(test, value, asked);
    case Operator::exists:
      return truth(test.flag);
    case Operator::type:
      return truth(value.kind() == test.kind);
    case Operator::length:
      return Truth::unknown;  // compiled to tests with of_length
  }
  return Truth::unknown;
}

Truth apply_to_number_of(const CompiledTest& test, std::size_t count) {
  std::array<char, 24> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), count).ptr;
  const Value number = Value::make_number({digits.data(), static_cast<std::size_t>(end - digits.data())});
  std::size_t no_text = 0;
  return apply_as_is(test, number, no_text);
}

}  // namespace

bool is_certain(const Value& value) {
  // To a reader written in C a text ends at U+0000.
  if (value.is(Kind::string))
    return is_nfc(value.text()) && value.text().find('\0') == std::string_view::npos;
  return !value.is(Kind::number) || Decimal::parse(value.text()).has_value();
}

Truth apply(const CompiledTest& test, const Value& value, std::size_t& asked) {
  if (!test.of_length) return apply_as_is(test, value, asked);
  const std::optional<std::size_t> count = length_of(value);
  return count ? apply_to_number_of(test, *count) : Truth::unknown;
}

Truth apply_to_count(const CompiledTest& test, std::size_t count) {
  // The length of a number is no question.
  return test.of_length ? Truth::unknown : apply_to_number_of(test, count);
}

}  // namespace holdfast::policy
