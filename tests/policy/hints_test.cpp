// Annotations and context are hints: nobody vouches for them, so no value of theirs makes a decision laxer
// than it would be without the rules that read them.
#include <gmock/gmock.h>

#include "tests/policy/writing.hpp"

namespace holdfast::policy {
namespace {

using enum Operator;
using enum Effect;
using testing::ElementsAre;
using testing::HasSubstr;
constexpr Truth Y = Truth::yes, N = Truth::no, U = Truth::unknown;

class Hints : public testing::Test {
 protected:
  Hints() {
    call_.call.annotations = &annotations_;
    annotations_.destructive = true;
    claim(R"({"user":{"id":"eve"},"urgent":true,"n":5})");
  }
  void claim(std::string_view json) {
    context_ = document(json);
    call_.call.context = &context_.root();
    call_.call.context_state = Readable::whole;
  }
  Decision decide(Options options) {
    policy_ = compiled(std::move(options));
    return policy_ == nullptr ? Decision() : policy_->decide(call_.call);
  }

  static Condition hint() { return is("annotations.destructive", eq, "true"); }

  Annotations annotations_;
  json::Document context_;
  TestCall call_{"{\"one\":1}"};
  std::shared_ptr<const Policy> policy_;
};

TEST_F(Hints, AreReadFromTheCall) {
  EXPECT_EQ(says(hint(), call_.call), Y);
  annotations_.destructive = false;
  EXPECT_EQ(says(hint(), call_.call), N);
  annotations_ = {.read_only = true, .destructive = {}, .idempotent = true, .open_world = true};
  for (const char* field : {"annotations.read_only", "annotations.idempotent", "annotations.open_world"}) {
    EXPECT_EQ(says(is(field, eq, "true"), call_.call), Y) << field;
    EXPECT_EQ(says(is(field, ne, "true"), call_.call), N) << field;
    EXPECT_EQ(says(is(field, type, "\"boolean\""), call_.call), Y) << field;
  }
  EXPECT_EQ(says(is("context.user.id", eq, "\"eve\""), call_.call), Y);
  EXPECT_EQ(says(is("context.n", gt, "4"), call_.call), Y);
  EXPECT_EQ(says(is("context.urgent", eq, "false"), call_.call), N);
  claim(R"({"tags":["a","b"],"User":1})");
  EXPECT_EQ(says(is("context.tags[*]", eq, "\"c\""), call_.call), N);
  EXPECT_EQ(says(is("context.tags.length", eq, "2"), call_.call), Y);
  EXPECT_EQ(says(is("context.user", exists, "false"), call_.call), U) << "some reader takes it for it";
}

// `missing` says what it means that a server or an agent said nothing, not that nobody told us what it said.
TEST_F(Hints, AndLabelsOfWhichNothingWasToldAreUnknownWhateverMissingMeans) {
  const json::Document none = document("[]");
  for (const bool meaning : {true, false}) {
    Condition destructive = is("annotations.destructive", eq, "true");
    Condition seen = is("agent.labels_seen", contains, "\"private\"");
    destructive.test.missing = seen.test.missing = meaning;
    call_.call.untold = {};
    call_.call.labels_seen = nullptr;
    EXPECT_EQ(says(seen, call_.call), U);
    call_.call.labels_seen = &none.root();
    EXPECT_EQ(says(seen, call_.call), N);
    call_.call.untold.annotations = call_.call.untold.labels_seen = true;
    EXPECT_EQ(says(destructive, call_.call), U);
    EXPECT_EQ(says(seen, call_.call), U);
  }
}

TEST_F(Hints, ThatAreNotThereAreMissing) {
  annotations_.destructive.reset();
  EXPECT_EQ(says(hint(), call_.call), U);
  EXPECT_EQ(says(is("annotations.destructive", exists, "true"), call_.call), N);
  policy::Test test = policy::test("annotations.destructive", eq, "true");
  test.missing = false;
  EXPECT_EQ(says(is(test), call_.call), N);
  call_.call.annotations = nullptr;
  EXPECT_EQ(says(hint(), call_.call), U);
  EXPECT_EQ(says(is("context.none", eq, "1"), call_.call), U);
  call_.call.context_state = Readable::absent;
  EXPECT_EQ(says(is("context.n", exists, "true"), call_.call), N);
  call_.call.context_state = Readable::unreadable;
  EXPECT_EQ(says(is("context.n", exists, "true"), call_.call), U);
}

TEST_F(Hints, AllowNothing) {
  const Condition read_only = is("annotations.read_only", eq, "true");
  const std::string refused = first_error(options({rule("*", allow, read_only, "r")}));
  EXPECT_THAT(refused,
              HasSubstr("p.yaml:7:5: rule `r` allows on `annotations.read_only`, which is only a hint: "
                        "the server claims it about its own tool"));
  EXPECT_THAT(refused, HasSubstr("hint: escalate or deny on a hint"));
  const Condition claimed = any({is("args.x", eq, "1"), no(is("context.user.id", exists, "true"))});
  EXPECT_THAT(first_error(options({rule("*", allow, claimed, "r")})),
              HasSubstr("rule `r` allows on `context.user.id`, which is only a hint: the agent claims it"));
  Options sparing = options({rule("*", escalate)});
  sparing.auto_approve.push_back(rule("*", allow, all({is("args.x", eq, "1"), read_only}), "a"));
  EXPECT_THAT(first_error(sparing), HasSubstr("rule `a` allows on `annotations.read_only`"));
  // The rule before may read one, and so may those that only make stricter.
  Options fine = options({rule("*", escalate, read_only), rule("*", deny, read_only), rule("*", allow)});
  fine.auto_reject.push_back(rule("*", deny, read_only));
  fine.routes.push_back({read_only, "p", {}});
  fine.multi_approval.push_back({read_only, 2, {}, {}});
  fine.auto_approve.push_back(rule("*", allow, is("args.x", eq, "1")));
  EXPECT_EQ(first_error(fine), "");
}

TEST_F(Hints, MakeWhatStandsBehindThemStricter) {
  const Decision asked = decide(options({rule("*", escalate, hint(), "h"), rule("*", allow, {}, "a")}));
  EXPECT_EQ(asked.effect, escalate);
  EXPECT_EQ(asked.rule, "h");
  EXPECT_FALSE(asked.by_unknown) << "it is known";
  EXPECT_EQ(decide(options({rule("*", deny, hint(), "h"), rule("*", allow)})).effect, deny);
  annotations_.destructive = false;
  EXPECT_EQ(decide(options({rule("*", escalate, hint()), rule("*", allow, {}, "a")})).rule, "a");
  annotations_.destructive.reset();
  const Decision unknown = decide(options({rule("*", escalate, hint()), rule("*", allow)}));
  EXPECT_EQ(unknown.effect, escalate);
  EXPECT_TRUE(unknown.by_unknown);
}

TEST_F(Hints, MakeNothingLaxer) {
  EXPECT_EQ(decide(options({rule("*", escalate, hint())})).effect, deny) << "the default denies";
  EXPECT_EQ(decide(options({rule("*", escalate, hint()), rule("*", deny, {}, "d")})).rule, "d");
  const Condition unknown = is("args.none", eq, "1");
  EXPECT_EQ(decide(options({rule("*", escalate, hint()), rule("*", deny, unknown), rule("*", allow)})).effect,
            deny)
      << "what stands behind them is asked all the same";
}

TEST_F(Hints, ChooseNobodyToAsk) {
  Rule mine = rule("*", escalate, hint(), "h");
  mine.plan = "mine";
  Rule theirs = rule("*", escalate, {}, "t");
  theirs.plan = "theirs";
  const Decision both = decide(options({mine, theirs}));
  EXPECT_EQ(both.plan, "mine");
  EXPECT_THAT(both.further_plans, ElementsAre("theirs")) << "both must be met";

  Options routed = options({rule("*", escalate)});
  routed.routes.push_back({is("context.urgent", eq, "true"), "fast", {}});
  routed.routes.push_back({{}, "usual", {}});
  const Decision decision = decide(routed);
  EXPECT_EQ(decision.plan, "usual");
  EXPECT_THAT(decision.further_plans, ElementsAre("fast"));
}

TEST_F(Hints, AreAskedForWithOperatorsThatFit) {
  EXPECT_THAT(first_error(options({rule("*", deny, is("annotations.read_only", gt, "1"))})),
              HasSubstr("`gt` compares numbers, and this field is true or false"));
  EXPECT_THAT(first_error(options({rule("*", deny, is("annotations.read_only", glob, "\"*\""))})),
              HasSubstr("`glob` needs text, and this field is true or false"));
  EXPECT_THAT(first_error(options({rule("*", deny, is("annotations.read_only", eq, "\"true\""))})),
              HasSubstr("the field is true or false and is compared with text"));
  EXPECT_THAT(first_error(options({rule("*", deny, is("annotations.read_only", length, "1"))})),
              HasSubstr("`length` needs text, and this field is true or false"));
}

TEST_F(Hints, ThatCanChangeNothingAreWarnedOf) {
  EXPECT_THAT(warnings(options({rule("payment.send", escalate, hint(), "h"), rule("crm.*", allow)})),
              HasSubstr("rule `h` escalates nothing: it reads a hint"));
  EXPECT_EQ(warnings(options({rule("payment.send", escalate, hint(), "h"), rule("payment.*", allow)})), "");
  EXPECT_EQ(warnings(options({rule("payment.send", deny, hint(), "h")})), "");
}

}  // namespace
}  // namespace holdfast::policy
