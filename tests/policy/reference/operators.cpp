#include "tests/policy/reference/operators.hpp"

#include <algorithm>

#include "tests/policy/reference/text.hpp"

namespace holdfast::reference {
namespace {

using json::Kind;
using policy::Operand;
using policy::Operator;

constexpr std::size_t kMostText = 16384;  // of patterns as small as those of the corpus

// The same for those who compare digits and for those who compare doubles, or nobody knows.
template <class Holds>
Say number_says(const Holds& holds) {
  const bool of_digits = holds([](const std::string& a, const std::string& b) {
    return compare(digits_of(a).value(), digits_of(b).value());
  });
  return of_digits == holds(compare_as_doubles) ? yes_if(of_digits) : Say::unknown;
}

Say equal(const Tree& value, const Operand& wanted) {
  switch (wanted.kind) {
    case Operand::Kind::null:
      return value.kind == Kind::null ? Say::yes : Say::unknown;
    case Operand::Kind::boolean:
      return value.kind == Kind::boolean ? yes_if(value.flag == wanted.flag) : Say::unknown;
    case Operand::Kind::string:
      return value.kind == Kind::string ? yes_if(value.text == wanted.text) : Say::unknown;
    case Operand::Kind::number:
      if (value.kind != Kind::number) return Say::unknown;
      return number_says([&](const auto& compare) { return compare(value.text, wanted.text) == 0; });
    case Operand::Kind::list:
      return Say::unknown;
  }
  return Say::unknown;
}

Say in(const Tree& value, const Operand& list) {
  Say any = Say::no;
  for (const Operand& one : list.items)
    any = either(any, equal(value, one));
  return any;
}

// What a tool that makes one text of a list may come to; of an item that is no text nobody asks.
bool is_over_items(const Tree& list, const std::string& wanted) {
  std::string words, letters;
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    words += (i == 0 ? "" : " ") + list.items[i].text;
    letters += list.items[i].text;
  }
  return words.find(wanted) != std::string::npos || letters.find(wanted) != std::string::npos;
}

// `exactly`: the items are known to be whole. Else a text in an item's text, or in several, may be what the
// tool makes of it.
Say contains(const Tree& value, const Operand& wanted, bool exactly) {
  if (value.kind == Kind::string && wanted.kind == Operand::Kind::string) {
    return yes_if(value.text.find(wanted.text) != std::string::npos);
  }
  if (value.kind != Kind::array) return Say::unknown;
  Say any = Say::no;
  for (const Tree& item : value.items) {
    any = either(any, is_doubtful(item) ? Say::unknown : equal(item, wanted));
  }
  const bool text = wanted.kind == Operand::Kind::string && !exactly;
  return any == Say::no && text && !value.items.empty() && is_over_items(value, wanted.text) ? Say::unknown
                                                                                             : any;
}

Say cidr(const std::string& address, const Operand& networks) {
  const auto bits = bits_of(address);
  if (!bits) return Say::unknown;
  const auto in_any = [&networks](const std::string& of) {
    if (networks.kind != Operand::Kind::list) return within(of, networks.text);
    return std::any_of(networks.items.begin(), networks.items.end(),
                       [&of](const Operand& network) { return within(of, network.text); });
  };
  const auto inner = tunnelled(*bits);
  return inner && in_any(*inner) != in_any(*bits) ? Say::unknown : yes_if(in_any(*bits));
}

Say of_number(Operator op, const std::string& number, const Operand& wanted) {
  return number_says([&](const auto& compare) {
    const auto against = [&](const Operand& other) { return compare(number, other.text); };
    if (op == Operator::gt) return against(wanted) > 0;
    if (op == Operator::gte) return against(wanted) >= 0;
    if (op == Operator::lt) return against(wanted) < 0;
    if (op == Operator::lte) return against(wanted) <= 0;
    return against(wanted.items[0]) >= 0 && against(wanted.items[1]) <= 0;
  });
}

// What a dot says of a line feed two readers of a pattern may tell apart.
Say matches(const std::string& regex, const std::string& text) {
  const bool plain = found(regex, text, false);
  return plain == found(regex, text, true) ? yes_if(plain) : Say::unknown;
}

Say of_text(Operator op, const std::string& text, const Operand& wanted) {
  if (op == Operator::starts_with) return yes_if(text.starts_with(wanted.text));
  if (op == Operator::ends_with) return yes_if(text.ends_with(wanted.text));
  if (op == Operator::glob) return yes_if(wild(wanted.text, text, '/'));
  if (op == Operator::matches) return matches(wanted.text, text);
  return cidr(text, wanted);
}

std::string type_of(const Tree& value) {
  switch (value.kind) {
    case Kind::null:
      return "null";
    case Kind::boolean:
      return "boolean";
    case Kind::number:
      return "number";
    case Kind::string:
      return "string";
    case Kind::array:
      return "array";
    case Kind::object:
      return "object";
  }
  return "";
}

}  // namespace

Say yes_if(bool it) {
  return it ? Say::yes : Say::no;
}

Say opposite(Say say) {
  if (say == Say::unknown) return Say::unknown;
  return say == Say::yes ? Say::no : Say::yes;
}

Say both(Say a, Say b) {
  if (a == Say::no || b == Say::no) return Say::no;
  return a == Say::yes && b == Say::yes ? Say::yes : Say::unknown;
}

Say either(Say a, Say b) {
  if (a == Say::yes || b == Say::yes) return Say::yes;
  return a == Say::no && b == Say::no ? Say::no : Say::unknown;
}

bool has_prototype(const Tree& object) {
  return std::any_of(object.members.begin(), object.members.end(),
                     [](const Branch& member) { return member.name == "__proto__"; });
}

bool is_doubtful(const Tree& value) {
  if (value.kind == Kind::number) return !digits_of(value.text);
  // To a reader written in C a text ends at U+0000.
  return value.kind == Kind::string && (!is_nfc(value.text) || value.text.find('\0') != std::string::npos);
}

Say apply(const policy::Test& test, const Tree& value, std::size_t& read) {
  const bool number = value.kind == Kind::number, text = value.kind == Kind::string;
  switch (test.op) {
    case Operator::eq:
      return equal(value, test.operand);
    case Operator::ne:
      return opposite(equal(value, test.operand));
    case Operator::in:
      return in(value, test.operand);
    case Operator::not_in:
      return opposite(in(value, test.operand));
    case Operator::contains:
      return contains(value, test.operand, test.field == "agent.labels_seen");
    case Operator::exists:
      return yes_if(test.operand.flag);
    case Operator::type:
      return yes_if(type_of(value) ==
                    (test.operand.kind == Operand::Kind::null ? "null" : test.operand.text));
    case Operator::gt:
    case Operator::gte:
    case Operator::lt:
    case Operator::lte:
    case Operator::between:
      return number ? of_number(test.op, value.text, test.operand) : Say::unknown;
    case Operator::glob:
    case Operator::matches:
      if (!text || value.text.size() > kMostText - read) return Say::unknown;
      read += value.text.size();
      return of_text(test.op, value.text, test.operand);
    case Operator::starts_with:
    case Operator::ends_with:
    case Operator::cidr:
      return text ? of_text(test.op, value.text, test.operand) : Say::unknown;
    case Operator::length:
      return Say::unknown;
  }
  return Say::unknown;
}

Tree length_of(const Tree& value) {
  const auto number = [](std::size_t n) { return Tree::number(std::to_string(n)); };
  if (value.kind == Kind::array) return number(value.items.size());
  if (value.kind == Kind::object) {
    if (has_prototype(value)) return {};
    for (std::size_t i = 0; i < value.members.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (alike(value.members[i].name, value.members[j].name)) return {};
      }
    }
    return number(value.members.size());
  }
  if (value.kind != Kind::string) return {};
  std::size_t characters = 0;
  for (const char c : value.text)
    characters += (static_cast<unsigned char>(c) >> 6) == 2 ? 0 : 1;
  return number(characters);
}

}  // namespace holdfast::reference
