// Each rule against code that keeps it and code that breaks it: a lint that cannot fail is no lint.
#include "tests/lint/code_rules.hpp"

#include <gtest/gtest.h>

namespace holdfast::lint {
namespace {

struct RuleCase {
  const char* name;
  const char* path;
  const char* text;
  bool kept;
};

class CodeRules : public testing::TestWithParam<RuleCase> {};

TEST_P(CodeRules, FindWhatBreaksThem) {
  const RuleCase& c = GetParam();
  const Findings found = check_code({c.path, c.text});
  EXPECT_EQ(found.empty(), c.kept) << to_text(found);
}

INSTANTIATE_TEST_SUITE_P(
    Words, CodeRules,
    testing::Values(RuleCase{"Detached", "net/a.cpp", "co_spawn(ex, f(), asio::detached);", false},
                    RuleCase{"DetachedInComment", "net/a.cpp", "// never asio::detached\nint x;", true},
                    RuleCase{"Regex", "policy/a.cpp", "std::regex r;", false},
                    RuleCase{"RegexInString", "policy/a.cpp", "auto s = \"std::regex\";", true},
                    RuleCase{"SpawnInNet", "net/task_group.cpp", "asio::co_spawn(ex, f(), g);", true},
                    RuleCase{"SpawnElsewhere", "proxy/a.cpp", "asio::co_spawn(ex, f(), g);", false},
                    RuleCase{"Default", "core/a.cpp", "switch (x) { case A::b: break; default: break; }",
                             false},
                    RuleCase{"DefaultOfCharacters", "core/a.cpp",
                             "switch (x) { case 'a': break; default: break; }", true},
                    RuleCase{"DefaultOfConstants", "core/a.cpp",
                             "switch (x) { case SQLITE_FULL: break; default: break; }", true},
                    RuleCase{"DefaultedFunction", "core/a.cpp", "A& operator=(A&&) = default;", true},
                    RuleCase{"NakedNew", "core/a.cpp", "auto* p = new Thing(1);", false},
                    RuleCase{"NewOwnedAtOnce", "core/a.cpp",
                             "return std::unique_ptr<Desk>(new Desk(std::move(s)));", true},
                    RuleCase{"NewPassedOn", "core/a.cpp", "return adopt(new Desk(std::move(s)));", false},
                    RuleCase{"NewInWord", "core/a.cpp", "int renew = news;", true},
                    RuleCase{"NakedDelete", "core/a.cpp", "delete p;", false},
                    RuleCase{"OperatorDelete", "core/a.cpp", "void operator delete(void* p) noexcept;", true},
                    RuleCase{"DeletedFunction", "core/a.cpp", "A(const A&) = delete;", true}),
    [](const auto& param) { return std::string(param.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Secrets, CodeRules,
    testing::Values(
        RuleCase{"SecretCompared", "control/a.cpp", "if (t.reveal_secret() == shown) ok();", false},
        RuleCase{"SecretComparedInPieces", "control/a.cpp",
                 "const bool same =\n  memcmp(a, t.reveal_secret().data(), n) == 0;", false},
        RuleCase{"SecretMadeByASection", "config/a.cpp", "tool.token = Secret(scalar->text);", false},
        RuleCase{"SecretReadByASection", "config/a.cpp", "auto s = read_secret_file(path);", false},
        RuleCase{"NoSecret", "config/a.cpp", "token = section.secret(\"token\").value_or(Secret());", true},
        RuleCase{"SecretMadeByTheReader", "config/reader_secrets.cpp", "return Secret(scalar->text);", true},
        RuleCase{"SecretUsed", "control/a.cpp", "if (a == b) { send(t.reveal_secret()); }", true}),
    [](const auto& param) { return std::string(param.param.name); });

INSTANTIATE_TEST_SUITE_P(Headers, CodeRules,
                         testing::Values(RuleCase{"NoPragma", "core/a.hpp", "int x;\n", false},
                                         RuleCase{"Pragma", "core/a.hpp", "// What.\n#pragma once\nint x;\n",
                                                  true},
                                         RuleCase{"OwnHeaderLast", "core/a.cpp",
                                                  "#include <vector>\n#include \"core/a.hpp\"\n", false},
                                         RuleCase{"OwnHeaderFirst", "core/a.cpp",
                                                  "#include \"core/a.hpp\"\n#include <vector>\n", true}),
                         [](const auto& param) { return std::string(param.param.name); });

TEST(CodeRulesLength, IsThreeHundredLines) {
  std::string text;
  for (std::size_t i = 0; i < kLongestFile; ++i)
    text += "int x;\n";
  EXPECT_TRUE(check_length({"core/a.cpp", text}).empty());
  EXPECT_FALSE(check_length({"core/a.cpp", text + "int x;\n"}).empty());
}

TEST(CodeOnly, BlanksWhatTheCompilerDoesNotRead) {
  EXPECT_EQ(code_only("a // b\nc"), "a     \nc");
  EXPECT_EQ(code_only("a /* b\n */ c"), "a     \n    c");
  EXPECT_EQ(code_only("f(\"x\\\"y\", 'z');"), "f(      ,    );");
  EXPECT_EQ(code_only("R\"(new)\" 1'000"), "         1'000");
}

}  // namespace
}  // namespace holdfast::lint
