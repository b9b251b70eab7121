#include "config/yaml.hpp"

#include <gmock/gmock.h>

#include "tests/config/folder.hpp"

namespace holdfast::config {
namespace {

std::string first_problem(const std::string& text) {
  Problems problems;
  const auto node = parse_yaml(text, "f", &problems);
  EXPECT_EQ(node.has_value(), problems.empty());
  return problems.empty() ? "" : to_text(problems.front());
}

TEST(Yaml, WhatYamlHidesIsRefusedWithItsPlace) {
  const std::pair<std::string, const char*> rows[] = {
      {"", "f:1:1: there is no configuration in this file"},
      {"# nothing\n", "f:1:1: there is no configuration in this file"},
      {"- 1\n", "f:1:1: a configuration is a map of keys, such as `version: 1`"},
      {"a: 1\na: 2\n", "f:2:1: `a` stands twice: the first is at f:1:1"},
      {"a: {b: 1, c: 2, b: 3}\n", "f:1:17: `b` stands twice: the first is at f:1:5"},
      {"a: 1\n\"a\": 2\n", "f:2:1: `a` stands twice: the first is at f:1:1"},
      {"a: &x 1\n", "f:1:4: anchors are not taken: write the value out"},
      {"a: &x {b: 1}\nc: *x\n", "f:1:4: anchors are not taken: write the value out"},
      {"a: *x\n",
       "f:1:4: not YAML: the referenced anchor is not defined\n    hint: a text that begins with `*` needs "
       "quotes: \"*\""},
      {"a: !!str 1\n", "f:1:4: tags are not taken"},
      {"a: !mine {b: 1}\n", "f:1:4: tags are not taken"},
      {"a: !!seq [1]\n", "f:1:4: tags are not taken"},
      {"<<: {a: 1}\n", "f:1:1: merge keys are not taken: write the members out"},
      {"? [a, b]\n: 1\n", "f:1:3: a key must be a name, not a list or a map"},
      {"? {a: b}\n: 1\n", "f:1:3: a key must be a name, not a list or a map"},
      {"~: 1\n", "f:1:1: a key must be a name"},
      {"null: 1\n", "f:1:1: a key must be a name"},
      {"a: 1\n---\nb: 1\n",
       "f:2:1: there is more than one YAML document in this file\n    hint: keep one, or give each a file of "
       "its own in a folder"},
      {"a: 1\n...\nb: 1\n",
       "f:3:1: there is more than one YAML document in this file\n    hint: keep one, or give each a file of "
       "its own in a folder"},
      {"a: [1, 2\nb: 3\n",
       "f:2:2: not YAML: end of sequence flow not found\n    hint: a `{` or `[` before this place is not "
       "closed"},
      {"a: 1\n b: 2\n", "f:2:3: not YAML: illegal map value\n    hint: indent it as the line before it"},
      {"a:\n\t- 1\n",
       "f:2:2: not YAML: illegal block entry\n    hint: indent with spaces: a tab stands in front"},
      {std::string("a: 1\nb: \x04\nrules: []\n"), "f:2:4: a control character stands here"},
      {std::string("a: \0b\n", 6),
       "f:1:4: a control character stands here\n    hint: save the file as UTF-8"},
      {"a: 1\nb: \xff\n", "f:2:4: this is not UTF-8\n    hint: save the file as UTF-8"},
      {"\xff\xfe"
       "a",
       "f:1:1: this is not UTF-8\n    hint: save the file as UTF-8"},
      {"a: " + std::string(70, '[') + std::string(70, ']'), "f:1:67: nested deeper than 64"},
      {"a: " + std::string(kMaxFileBytes, 'x'), "f:1:1: the file has more than 4194304 bytes"}};
  for (const auto& [text, expected] : rows)
    EXPECT_EQ(first_problem(text), expected) << text.substr(0, 80);
}

TEST(Yaml, AHintSaysWhatToWriteInsteadAndRepeatsNothing) {
  const char* quote_braces =
      "within {...} and [...], a text with braces or brackets needs quotes: \"GET /v1/{id}\"";
  const char* quote_colon = "a text with `: ` in it needs quotes";
  const std::pair<std::string, std::string> rows[] = {
      {"tools: [{name: q, match: GET /v1/{id}}]\n", quote_braces},
      {"tools: [GET /v1/{id}]\n", quote_braces},
      {"a: {b: ${A}, c: GET /{id}}\n", quote_braces},
      {"reason: Payments: s3cret\n", quote_colon},
      {"a: {b: 1, c: s3cret: y}\n", quote_colon},
      {"a: {b: s3cret\nc: 3\n", "a `{` or `[` before this place is not closed"},
      {"tool: *\n", "a text that begins with `*` needs quotes: \"*\""},
      {"a: {tool: *}\n", "a text that begins with `*` needs quotes: \"*\""},
      {"tool: &\n", "a text that begins with `&` needs quotes: \"&\""},
      {"tool: @s3cret\n", "a text that begins with `@` needs quotes"},
      {"tool: `s3cret`\n", "a text that begins with a backtick needs quotes"},
      {"tool: %s3cret\n", "a text that begins with `%` needs quotes"},
      {"a: \"\\d\"\n", "in double quotes a backslash is written twice; in single quotes once"},
      {"a:\n  b: 1\n\tc: s3cret\n", "indent with spaces: a tab stands in front"},
      {"- a: 1\n\n   b: s3cret\n", "indent it as the line before it"},
      {"key\nb: s3cret\n", "the line before it has no `: ` behind its key"},
      {"tool: - s3cret\n", "begin a list on the next line, or write [one, two]"},
      {"rules:\n  - a: 1\n  b: s3cret\n", "indent it as the keys it belongs to"},
      {"a: \"x\" s3cret\n", "a value ends with its quote or bracket: quote all of it"},
      {"a: s3cret}}\nb: ]\n", "a `}` or `]` too many"},
      {std::string("\xff\xfe\x61\x00", 4), "save the file as UTF-8"}};
  for (const auto& [text, hint] : rows) {
    const std::string said = first_problem(text);
    EXPECT_THAT(said, testing::EndsWith("\n    hint: " + hint)) << text;
    EXPECT_THAT(said, testing::Not(testing::HasSubstr("s3cret"))) << text;
  }
}

TEST(Yaml, ColumnsAreBytesAndWindowsLinesCount) {
  EXPECT_EQ(first_problem("k: {\xC3\xBC: 1, a: 1, a: 2}\r\n"),
            "f:1:18: `a` stands twice: the first is at f:1:12");
  EXPECT_EQ(first_problem("a: 1\r\nb: 2\r\nb: 3\r\n"), "f:3:1: `b` stands twice: the first is at f:2:1");
  EXPECT_EQ(first_problem("\xEF\xBB\xBF"
                          "a: 1\na: 2\n"),
            "f:2:1: `a` stands twice: the first is at f:1:1");
}

TEST(Yaml, EveryDuplicateIsReportedNotOnlyTheFirst) {
  Problems problems;
  EXPECT_FALSE(parse_yaml("a: 1\na: 2\nb: 1\nb: {c: 1, c: 2}\n", "f", &problems));
  EXPECT_EQ(problems.size(), 3U);
}

TEST(Yaml, NothingNullAndTildeAreToldApart) {
  Problems problems;
  const auto root =
      parse_yaml("a:\nnullable: null\nb: ~\nc: \"null\"\nd: NULL\ne: {f: , g: null}\n", "f", &problems);
  ASSERT_TRUE(root);
  EXPECT_EQ(root->find("a")->kind, Node::Kind::empty);
  EXPECT_EQ(root->find("a")->at.line, 1);
  EXPECT_EQ(root->find("nullable")->text, "null");
  EXPECT_TRUE(root->find("nullable")->plain);
  EXPECT_EQ(root->find("b")->text, "~");
  EXPECT_FALSE(root->find("c")->plain);
  EXPECT_EQ(root->find("d")->text, "NULL");
  EXPECT_EQ(root->find("e")->find("f")->kind, Node::Kind::empty);
  EXPECT_EQ(root->find("e")->find("g")->text, "null");
}

TEST(Yaml, VariablesNeedNoQuotesAndKeepTheirPlace) {
  Problems problems;
  const auto root =
      parse_yaml("a: {b: ${NAME}, c: x${N1}y$${Z}}\nd: [${A}, \"${B}\"]\ne: |\n  ${C}\n", "f", &problems);
  ASSERT_TRUE(root);
  EXPECT_EQ(root->find("a")->find("b")->text, "${NAME}");
  EXPECT_EQ(root->find("a")->find("c")->text, "x${N1}y$${Z}");
  EXPECT_EQ(root->find("a")->find("c")->at.column, 20);
  EXPECT_EQ(root->find("d")->items.at(0).text, "${A}");
  EXPECT_EQ(root->find("d")->items.at(1).text, "${B}");
  EXPECT_EQ(root->find("e")->text, "${C}\n");
  EXPECT_EQ(first_problem("a: {b: ${}}\n"),
            "f:1:9: not YAML: end of map flow not found\n    hint: within {...} and [...], a text with "
            "braces or brackets needs quotes: \"GET /v1/{id}\"");
}

// Braces of variables travel as these two characters: written by an escape, they came out as braces.
TEST(Yaml, EscapedControlsDoNotBecomeBraces) {
  for (const std::string value :
       {R"("\x01a\x02")", R"("\x02")", R"("$\x01A")", R"("$\x01\x02")", R"("$\x01A B\x02")"}) {
    EXPECT_EQ(first_problem("a: " + value + "\n"), "f:1:4: a control character is escaped here") << value;
  }
  Problems problems;
  const auto root = parse_yaml("a: \"${A}\\t${B}\"\n", "f", &problems);
  ASSERT_TRUE(root);
  EXPECT_EQ(root->find("a")->text, "${A}\t${B}");
}

// What yaml-cpp makes of these two is one byte each, which no text of ours may hold.
TEST(Yaml, AnEscapeThatDoesNotComeOutAsUtf8IsRefused) {
  for (const char* value : {R"("a\_b")", R"("a\Nb")", R"("\xa0\_")"}) {
    EXPECT_EQ(first_problem(std::string("a: ") + value + "\n"),
              R"(f:1:4: an escape here is not UTF-8: write \u00a0 or \u0085)")
        << value;
  }
  EXPECT_EQ(first_problem(R"(a: "a\u00a0b\xa0\u0085")"
                          "\n"),
            "");
}

}  // namespace
}  // namespace holdfast::config
