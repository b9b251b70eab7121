// docs/policy.md is held against the loader and the engine, cell by cell: neither can change alone.
#include "tests/policy/page/page.hpp"

#include <gmock/gmock.h>

#include <map>
#include <set>

#include "config/load.hpp"
#include "policy/anchors.hpp"
#include "policy/field.hpp"
#include "policy/regex.hpp"
#include "tests/config/folder.hpp"
#include "tests/policy/writing.hpp"

namespace holdfast::policy {
namespace {

// Around rules that stand alone on the page.
constexpr const char* kFrame = R"(version: 1
data_dir: ./data
upstreams:
  - name: payment
    protocol: http
    url: http://127.0.0.1:9001
    path: /payment/
    tools: [{name: send, match: POST /v1/send}, {name: refund.create, match: POST /v1/refunds}]
approvers: [{id: alice, groups: [lead], token: "${ALICE_TOKEN}"}]
approvals: {plans: {default: {require: 1, from: [lead]}}}
)";

const Page& page() {
  static const Page read = read_page(std::string(HOLDFAST_SOURCE_DIR) + "/docs/policy.md");
  return read;
}

// Loaded without a problem and compiled without an error, or nothing.
std::shared_ptr<const Policy> loaded(const std::string& rules) {
  const config::Environment environment(config::alices());
  config::Folder folder;
  config::Loaded read = config::load(folder.write("holdfast.yaml", kFrame + rules));
  EXPECT_THAT(folder.texts(read.problems), testing::IsEmpty()) << rules;
  if (!read.config) return nullptr;
  return compiled(std::move(read.config->policy));
}

// What a condition says of a call: yes, no or ?. As a rule of its own that denies, for all that is lint.
class Condition {
 public:
  explicit Condition(const std::string& when) {
    policy_ =
        loaded("default: escalate\nrules: [{tool: payment.send, action: deny, when: {" + when + "}}]\n");
  }
  [[nodiscard]] std::string of(const Call& call) const {
    if (policy_ == nullptr) return "not loaded";
    const Decision decision = policy_->decide(call);
    if (decision.effect != Effect::deny) return "no";
    return decision.by_unknown ? "?" : "yes";
  }

 private:
  std::shared_ptr<const Policy> policy_;
};

std::string json(const std::string& value) {
  return value.empty() ? "{}" : "{\"x\": " + value + "}";
}

// The arguments of each column of the table of operators: by its JSON, or by what the page says of its name.
struct Column {
  std::string arguments;
  std::string missing;  // `missing: true`
  bool whole = true;
};

Column column(const std::string& head) {
  const std::vector<std::string> code = code_in(head);
  if (head.starts_with("missing")) return {"{}", code.empty() ? "" : ", " + code.front(), true};
  if (!code.empty()) return {json(code.front()), "", true};
  for (const auto& row : page().only("column").rows) {
    if (row[0] != head) continue;
    const std::vector<std::string> arguments = code_in(row[1]);
    return arguments.empty() ? Column{json("5"), "", false} : Column{arguments.front(), "", true};
  }
  ADD_FAILURE() << "the page does not say what the column `" << head << "` is";
  return {};
}

void expect_cell(const std::string& condition, const Column& column, const std::string& cell) {
  TestCall call(column.arguments, column.arguments);
  if (!column.whole) call.call.args_state = call.call.body_state = Readable::unreadable;
  for (const char* field : {"args.x", "body.x"}) {
    const std::string when = std::string(field) + ": {" + condition + column.missing + "}";
    EXPECT_EQ(Condition(when).of(call.call), cell) << when << " on " << column.arguments;
  }
}

TEST(PolicyPage, PatternsAreAnchoredAsItSays) {
  for (const auto& row : page().only("the pattern").rows) {
    const auto pattern = Regex::of_pattern(code_in(row[0]).at(0));
    EXPECT_EQ(pattern.has_value(), row[1] != "error") << row[0];
    const Stated stated = stated_by(code_in(row[0]).at(0));
    EXPECT_EQ(pattern && stated.anchors == Anchors::own, row[1] == "written") << row[0];
  }
}

TEST(PolicyPage, EveryCellOfTheTableOfOperatorsIsWhatTheEngineSays) {
  const Table& table = page().only("condition");
  ASSERT_EQ(table.head.size(), 14U);
  for (const auto& row : table.rows) {
    ASSERT_EQ(row.size(), table.head.size()) << row[0];
    for (std::size_t i = 1; i < row.size(); ++i)
      expect_cell(code_in(row[0]).at(0), column(table.head[i]), row[i]);
  }
}

TEST(PolicyPage, EveryOperatorOfTheLoaderIsInTheTableWithAYesAndANo) {
  std::map<std::string, std::set<std::string>> said;
  for (const auto& row : page().only("condition").rows) {
    const std::string condition = code_in(row[0]).at(0);
    said[condition.substr(0, condition.find(':'))].insert(row.begin() + 1, row.begin() + 7);
  }
  std::set<std::string> explained;
  for (const auto& row : page().only("operator").rows) {
    for (const std::string& word : code_in(row[0]))
      explained.insert(word);
  }
  for (const std::string& word : config::operator_words()) {
    EXPECT_TRUE(explained.contains(word)) << word << " is not explained";
    if (word == "missing") continue;  // two columns
    EXPECT_THAT(said[word], testing::IsSupersetOf({"yes", "no"})) << word;
  }
  EXPECT_EQ(explained.size(), config::operator_words().size());
}

TEST(PolicyPage, EveryBlockLoads) {
  EXPECT_GT(page().blocks.size(), 4U);
  for (const std::string& block : page().blocks)
    EXPECT_NE(loaded(block), nullptr) << block;
}

// The cell of a row under that head; empty without such a column.
std::string under(const Table& table, const std::vector<std::string>& row, std::string_view head) {
  for (std::size_t i = 0; i < table.head.size(); ++i) {
    if (table.head[i] == head) return row.at(i);
  }
  return "";
}

std::string code_under(const Table& table, const std::vector<std::string>& row, std::string_view head) {
  const std::vector<std::string> code = code_in(under(table, row, head));
  return code.empty() ? "" : code.front();
}

Annotations annotations(std::string_view json) {
  Annotations out;
  if (json.empty()) return out;
  const json::Document read = document(json);
  const auto flag = [&](const char* name) -> std::optional<bool> {
    const json::Value* value = read.root().find(name);
    return value == nullptr ? std::nullopt : std::optional(value->boolean());
  };
  return {flag("read_only"), flag("destructive"), flag("idempotent"), flag("open_world")};
}

void expect_example(const Policy& policy, const Table& table, const std::vector<std::string>& row) {
  const std::string arguments = code_under(table, row, "arguments");
  const std::string context = code_under(table, row, "context"), at = code_under(table, row, "judged at");
  TestCall call(arguments.empty() ? "{}" : arguments);
  const Annotations hints = annotations(code_under(table, row, "annotations"));
  call.call.annotations = &hints;
  json::Document claimed;
  if (!context.empty()) {
    claimed = document(context);
    call.call.context = &claimed.root();
    call.call.context_state = Readable::whole;
  }
  if (!at.empty()) call.call.now = parse_rfc3339(at).value();
  const Decision decision = policy.decide(call.call);
  const std::string where = testing::PrintToString(row) + " under line " + std::to_string(table.line);
  EXPECT_EQ(to_string(decision.effect), under(table, row, "decision")) << where;
  EXPECT_EQ(decision.rule, code_under(table, row, "by")) << where;
  std::string shadow;
  if (decision.shadow)
    shadow =
        std::string(to_string(decision.shadow->effect)).append(" by `").append(decision.shadow->rule) + "`";
  EXPECT_EQ(shadow, under(table, row, "in shadow")) << where;
}

TEST(PolicyPage, EveryExampleIsDecidedAsItSays) {
  std::vector<Table> tables = page().about("arguments");
  EXPECT_GT(tables.size(), 5U);
  const std::vector<Table> timed = page().about("judged at");
  EXPECT_EQ(timed.size(), 2U);
  tables.insert(tables.end(), timed.begin(), timed.end());
  for (const Table& table : tables) {
    const auto policy = loaded(table.yaml);
    ASSERT_NE(policy, nullptr);
    for (const auto& row : table.rows)
      expect_example(*policy, table, row);
  }
}

TEST(PolicyPage, TheTableOfLogicIsTheEnginesOwn) {
  const std::map<std::string, std::string> saying = {
      {"yes", "args.one: 1"}, {"no", "args.one: 2"}, {"?", "args.none: 1"}};
  const TestCall call("{\"one\": 1}");
  const Table& table = page().only("a");
  EXPECT_EQ(table.rows.size(), 9U);
  for (const auto& row : table.rows) {
    const std::string a = saying.at(row[0]), b = saying.at(row[1]);
    EXPECT_EQ(Condition("all: [{" + a + "}, {" + b + "}]").of(call.call), row[2]) << row[0] << row[1];
    EXPECT_EQ(Condition("any: [{" + a + "}, {" + b + "}]").of(call.call), row[3]) << row[0] << row[1];
    EXPECT_EQ(Condition("not: {" + a + "}").of(call.call), row[4]) << row[0];
  }
}

TEST(PolicyPage, EveryFieldItNamesIsOneAndEveryKindIsNamed) {
  std::set<Source> named;
  for (const auto& row : page().only("field").rows) {
    for (const std::string& field : code_in(row[0])) {
      const auto parsed = parse_field(field);
      ASSERT_TRUE(parsed) << field << ": " << parsed.error().message;
      named.insert(parsed->source);
      const FieldType type = parsed->type();
      EXPECT_EQ(row[2], type == FieldType::json      ? "JSON"
                        : type == FieldType::number  ? "number"
                        : type == FieldType::boolean ? "boolean"
                        : type == FieldType::list    ? "list"
                                                     : "text")
          << field;
    }
  }
  for (int i = 0; i <= static_cast<int>(Source::env); ++i)
    EXPECT_TRUE(named.contains(static_cast<Source>(i))) << i;
}

TEST(PolicyPage, ShorterWaysSayTheSame) {
  const Table& operators = page().only("condition");
  for (const auto& row : page().only("written").rows) {
    const Condition written(code_in(row[0]).at(0)), meant(code_in(row[1]).at(0));
    std::set<std::string> said;
    for (std::size_t i = 1; i < operators.head.size(); ++i) {
      const Column values = column(operators.head[i]);
      const TestCall call(values.arguments);
      EXPECT_EQ(written.of(call.call), meant.of(call.call)) << row[0] << " on " << values.arguments;
      said.insert(written.of(call.call));
    }
    EXPECT_GT(said.size(), 1U) << row[0];
  }
}

TEST(PolicyPage, ItemsCombineAsItSays) {
  const Table& table = page().only("`args.prices`");
  for (const auto& row : table.rows) {
    const TestCall call("{\"prices\": " + code_in(row[0]).at(0) + "}");
    EXPECT_EQ(Condition("\"args.prices[*]\": {gt: 100}").of(call.call), row[1]) << row[0];
    for (std::size_t i = 2; i < 4; ++i) {
      const std::string word = code_in(table.head[i]).at(0);
      EXPECT_EQ(Condition("\"args.prices[*]\": {" + word + ": {gt: 100}}").of(call.call), row[i]) << row[0];
      EXPECT_EQ(Condition("args.prices: {" + word + ": {gt: 100}}").of(call.call), row[i]) << row[0];
    }
  }
}

TEST(PolicyPage, PatternsAreAboutTheToolsItSays) {
  for (const auto& row : page().only("pattern").rows) {
    const auto policy = compiled(options({rule(code_in(row[0]).at(0), Effect::allow)}));
    for (const bool about : {true, false}) {
      for (const std::string& tool : code_in(row.at(about ? 1 : 2))) {
        TestCall call;
        call.call.tool = tool;
        EXPECT_EQ(policy->decide(call.call).effect == Effect::allow, about) << row[0] << " and " << tool;
      }
    }
  }
}

}  // namespace
}  // namespace holdfast::policy
