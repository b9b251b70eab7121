// Each rule of coroutine_rules.hpp against code that keeps it and code that breaks it.
#include "tests/lint/coroutine_rules.hpp"

#include <gtest/gtest.h>

#include "tests/lint/code_rules.hpp"

namespace holdfast::lint {
namespace {

struct TaskCase {
  const char* name;
  const char* path;
  const char* text;
  bool kept;
};

class CoroutineRules : public testing::TestWithParam<TaskCase> {};

TEST_P(CoroutineRules, FindWhatBreaksThem) {
  const TaskCase& c = GetParam();
  const Findings found = check_code({c.path, c.text});
  EXPECT_EQ(found.empty(), c.kept) << to_text(found);
}

INSTANTIATE_TEST_SUITE_P(
    Parameters, CoroutineRules,
    testing::Values(
        TaskCase{"View", "proxy/a.cpp", "task<int> f(std::string_view s) {}", false},
        TaskCase{"ViewOfMember", "proxy/a.cpp", "net::task<Result<int>> A::f(int a,\n  std::string_view s);",
                 false},
        TaskCase{"ViewInNet", "net/a.cpp", "task<int> f(std::string_view s);", false},
        TaskCase{"ViewInTests", "tests/net/a.cpp", "task<int> f(std::string_view s);", false},
        TaskCase{"Span", "net/a.cpp", "task<int> f(std::span<const int> s);", false},
        TaskCase{"Reference", "proxy/a.cpp", "task<void> f(const std::string& s);", false},
        TaskCase{"List", "proxy/a.cpp", "task<void> f(std::initializer_list<int> s);", false},
        TaskCase{"Buffer", "net/a.cpp", "task<void> f(asio::const_buffer s);", false},
        TaskCase{"ViewOfLambda", "net/a.cpp", "auto f = [](std::string_view s) -> task<int> {};", false},
        TaskCase{"ViewOfMutableLambda", "net/a.cpp",
                 "auto f = [](int (*g)(), std::string_view s) mutable -> net::task<int> {};", false},
        TaskCase{"ViewOfFunctionType", "net/a.cpp", "std::function<task<int>(std::string_view)> f;", false},
        TaskCase{"Values", "proxy/a.cpp", "task<Result<int>> f(std::string s, Thing* t);", true},
        TaskCase{"ValuesOfLambda", "net/a.cpp", "g(std::string_view{}, [](int a) -> task<int> {});", true},
        TaskCase{"ViewAwaited", "net/a.cpp", "task<Result<std::string_view>> f(int max);", true},
        TaskCase{"Borrower", "proxy/answer.cpp", "task<void> Answer::piece(std::string_view s);", true},
        TaskCase{"BorrowersName", "proxy/forward.cpp", "task<void> piece(std::string_view s);", false},
        TaskCase{"BorrowersNeighbour", "proxy/answer.cpp", "task<void> Answer::keep(std::string_view s);",
                 false},
        TaskCase{"PlainFunction", "proxy/a.cpp", "int f(std::string_view s);", true},
        TaskCase{"Variable", "proxy/a.cpp", "task<int> t = f(s); g(std::string_view{});", true}),
    [](const auto& param) { return std::string(param.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Calls, CoroutineRules,
    testing::Values(
        TaskCase{"AwaitedAtOnce", "proxy/a.cpp", "const auto w = co_await c->write(text(a) + b);", true},
        TaskCase{"NamedThenAwaited", "proxy/a.cpp", "auto w = c->write(pieces);\nco_await std::move(w);",
                 true},
        TaskCase{"NamedOverATemporary", "proxy/a.cpp", "auto w = c->write(text(a));\nco_await std::move(w);",
                 false},
        TaskCase{"NamedOverABracedTemporary", "proxy/a.cpp",
                 "auto w = c->write({{a, b}});\nco_await std::move(w);", false},
        TaskCase{"NamedOverASum", "proxy/a.cpp", "auto w = c->piece(a + b);\nco_await std::move(w);", false},
        TaskCase{"NamedAndKept", "proxy/a.cpp", "co_await f(); auto w = c->write(pieces);", false},
        TaskCase{"Stored", "proxy/a.cpp", "co_await f(); kept_.push_back(c->write(pieces));", false},
        TaskCase{"Spawned", "proxy/a.cpp", "co_await f(); group.spawn(c->write(pieces));", false},
        TaskCase{"PassedOn", "net/a.cpp", "task<int> A::run() { return state_->write(pieces); }", true},
        TaskCase{"PassedOnOverATemporary", "net/a.cpp", "task<int> A::run() { return s_->write(text()); }",
                 false},
        TaskCase{"AnotherWrite", "receipts/a.cpp", "co_await f(); file.write(text(a));", true},
        TaskCase{"WriteWithoutCoroutines", "net/a.cpp", "auto w = file.write(text(a));", true}),
    [](const auto& param) { return std::string(param.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Temporaries, CoroutineRules,
    testing::Values(TaskCase{"Braced", "proxy/a.cpp", "auto t = Session{a}.run(); co_await t;", false},
                    TaskCase{"Called", "proxy/a.cpp", "auto t = net::Session(f(a)).run(); co_await t;",
                             false},
                    TaskCase{"NamedTask", "proxy/a.cpp", "net::task<int> t = Session{a}.run();", false},
                    TaskCase{"Spawned", "proxy/a.cpp", "co_await f(); group.spawn(Session{a}.run());", false},
                    TaskCase{"AwaitedAtOnce", "proxy/a.cpp", "auto t = co_await Session{a}.run();", true},
                    TaskCase{"TemporaryKept", "proxy/a.cpp", "auto s = Session{a}; co_await s.run();", true},
                    TaskCase{"OfAFunction", "proxy/a.cpp", "co_await f(); auto s = name(a).value();", true},
                    TaskCase{"WithoutCoroutines", "core/a.cpp", "auto s = Text{a}.upper();", true}),
    [](const auto& param) { return std::string(param.param.name); });

TEST(CoroutineRulesBorrowers, AnExceptionNobodyNeedsIsStruckOff) {
  const std::vector<SourceFile> tree{
      {"net/http_client.hpp", "task<Result<void>> write(std::span<const std::string_view> pieces);"},
      {"net/connection.hpp",
       "task<void> write_plain(std::span<int> p); task<void> write_tls(std::span<int> p);"},
      {"proxy/answer.hpp", "net::task<void> piece(std::string_view b); net::task<void> send(std::string b);"},
      {"control/front.cpp", "net::task<int> respond(std::string_view body);"}};
  const Findings found = check_borrowers(tree);
  ASSERT_EQ(found.size(), 1U) << to_text(found);
  EXPECT_EQ(found.front().message, "send() borrows nothing: strike it off the list");
}

}  // namespace
}  // namespace holdfast::lint
