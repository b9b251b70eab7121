// Composing: the same text whatever way it was put together.
#include "core/json_text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>

namespace holdfast::json {
namespace {

// RFC 8785 §3.2.2.2, one character at a time.
std::string slowly(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto known = std::string_view("\"\\\b\t\n\f\r").find(c);
    std::array<char, 8> escape{};
    if (known != std::string_view::npos) {
      out.append(1, '\\').append(1, "\"\\btnfr"[known]);
    } else if (static_cast<unsigned char>(c) < 0x20) {
      std::snprintf(escape.data(), escape.size(), "\\u%04x", static_cast<unsigned>(c));
      out += escape.data();
    } else {
      out += c;
    }
  }
  return out + '"';
}

TEST(JsonText, EveryByteIsEscapedAsTheRfcSaysWhereverItStands) {
  for (int byte = 0; byte < 256; ++byte) {
    for (std::size_t at = 0; at < 20; ++at) {
      std::string text(20, 'x');
      text[at] = static_cast<char>(byte);
      EXPECT_EQ(json::quoted(text), slowly(text));
      text[19 - at] = '\x1f';
      EXPECT_EQ(json::quoted(text), slowly(text));
      EXPECT_EQ(json::quoted(text.substr(at)), slowly(text.substr(at)));
    }
  }
}

TEST(JsonText, AnObjectIsSortedInWhateverOrderItWasSet) {
  std::array<std::string, 5> names{"a", "ab", "b", "iat", "z"};
  do {
    ObjectText object;
    for (const std::string& name : names)
      object.set(name, name);
    EXPECT_EQ(object.text(), R"({"a":"a","ab":"ab","b":"b","iat":"iat","z":"z"})");
    std::string names_read;
    object.visit_members([&](std::string_view name, std::string_view json) {
      EXPECT_EQ(json, quoted(name) + ":" + quoted(name) + ",");
      names_read.append(name).append(" ");
    });
    EXPECT_EQ(names_read, "a ab b iat z ");
  } while (std::next_permutation(names.begin(), names.end()));
}

TEST(JsonText, ObjectsStandInsideOthers) {
  ObjectText inner;
  inner.set("b", "text").set("a", -1).set("c", std::uint64_t{7}).set_if("d", "");
  const ObjectText object = ObjectText().set("y", ObjectText()).set("x", inner);
  EXPECT_EQ(object.text(), R"({"x":{"a":-1,"b":"text","c":7},"y":{}})");
  EXPECT_EQ(ObjectText().text(), "{}");
}

}  // namespace
}  // namespace holdfast::json
