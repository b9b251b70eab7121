// What the hot path must not do: allocate, or look at rules that do not concern the tool.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "tests/policy/writing.hpp"

#define HOLDFAST_SANITISED (__has_feature(address_sanitizer) || __has_feature(thread_sanitizer))
#if HOLDFAST_SANITISED
#include <sanitizer/allocator_interface.h>
#endif

namespace {

std::atomic<std::size_t> g_allocations{0};

}  // namespace

// Counted in this whole program; GoogleTest's own are outside the measured stretch.
#if HOLDFAST_SANITISED  // which has an operator new of its own
[[maybe_unused]] const int kHooked = __sanitizer_install_malloc_and_free_hooks(
    [](const volatile void*, std::size_t) { ++g_allocations; }, [](const volatile void*) {});
#else
void* operator new(std::size_t size) {
  ++g_allocations;
  if (void* p = std::malloc(size == 0 ? 1 : size)) return p;
  throw std::bad_alloc();
}
void operator delete(void* p) noexcept {
  std::free(p);
}
void operator delete(void* p, std::size_t) noexcept {
  std::free(p);
}
#endif

namespace holdfast::policy {
namespace {

using enum Operator;
using enum Effect;

std::shared_ptr<const Policy> many_rules() {
  std::vector<Rule> rules;
  for (int i = 0; i < 1000; ++i)
    rules.push_back(rule("svc" + std::to_string(i) + ".*", deny));
  rules.push_back(rule("payment.send", escalate, is("args.amount", gt, "100")));
  rules.push_back(
      rule("payment.*", deny,
           any({is("args.to.iban", starts_with, "\"XX\""), is("args.currency", not_in, "[\"EUR\", \"USD\"]"),
                is("args.items[*].price", gt, "1000"), is("http.header.x-env", eq, "\"test\"")})));
  rules.push_back(rule(
      "payment.*", deny,
      any({is("args.note", matches, "\".*(?i:secret).*\""), is("args.note", glob, "\"/etc/**\""),
           is("args.amount", in, "[13, 4.999999999999990001]"), is("args.tags", contains, "\"internal\"")})));
  Condition night;
  night.kind = Condition::Kind::time;
  night.time = {.begin = std::chrono::hours(22), .end = std::chrono::hours(6)};
  auto clock = std::make_shared<ZoneClock>();
  clock->changes = {{std::chrono::sys_seconds(), std::chrono::hours(1)}};
  clock->known_to = std::chrono::sys_days(std::chrono::year(2038) / 1 / 1);
  night.time.clock = clock;
  rules.push_back(rule("payment.send", deny, night));
  rules.push_back(
      rule("payment.*", escalate,
           any({is("context.user.id", eq, "\"eve\""), is("annotations.destructive", eq, "true")})));
  rules.push_back(rule("payment.*", deny, is("env.STAGE", eq, "\"test\"")));
  rules.push_back(rule("**", allow, all({is("trust_tier", lte, "5"), is("args.items.length", lt, "10")})));
  rules.back().expires = std::chrono::sys_days(std::chrono::year(2037) / 1 / 1);
  Options all_of_it = options(std::move(rules));
  all_of_it.env = {{"STAGE", "production, which is a text that is longer than any short one"}};
  return compiled(std::move(all_of_it));
}

TEST(HotPath, AWarmDecisionAllocatesNothing) {
  const auto policy = many_rules();
  TestCall call(
      R"({"amount":5,"to":{"iban":"DE1"},"currency":"EUR","items":[{"price":1},{"price":2}],"note":"a\nb","tags":["external"]})");
  const Field headers[] = {{"x-env", "prod"}};
  call.call.headers = headers;
  const json::Document context = document(R"({"user":{"id":"alice"}})");
  call.call.context = &context.root();
  call.call.context_state = Readable::whole;
  const Annotations annotations{.read_only = true, .destructive = false, .idempotent = {}, .open_world = {}};
  call.call.annotations = &annotations;
  call.call.now = std::chrono::sys_days(std::chrono::year(2026) / 11 / 22) + std::chrono::hours(12);
  ASSERT_EQ(policy->decide(call.call).effect, allow);
  const std::size_t before = g_allocations;
  ASSERT_GT(before, 0u) << "they are counted";
  for (int i = 0; i < 100; ++i) {
    if (policy->decide(call.call).effect != allow || !policy->needs(call.call.tool).body ||
        !policy->look_alike(call.call.tool).empty()) {
      std::abort();
    }
  }
  EXPECT_EQ(g_allocations - before, 0u);
}

}  // namespace
}  // namespace holdfast::policy
