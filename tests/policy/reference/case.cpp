#include "tests/policy/reference/case.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <stdexcept>

namespace holdfast::reference {
namespace {

using policy::Condition;
using policy::Items;
using policy::Operand;
using policy::Test;

std::vector<Field> fields_of(const Pairs& pairs) {
  std::vector<Field> fields;
  for (const auto& [name, value] : pairs)
    fields.push_back({name, value});
  return fields;
}

const json::Value* read(Readable state, const Tree& tree, std::deque<json::Document>& documents) {
  if (state != Readable::whole) return nullptr;
  const std::string text = to_json(tree);
  auto parsed = json::parse(text, {});
  if (!parsed) throw std::invalid_argument(text + ": " + parsed.error().detail);
  return &documents.emplace_back(std::move(*parsed)).root();
}

std::string to_text(const Operand& operand) {
  switch (operand.kind) {
    case Operand::Kind::null:
      return "null";
    case Operand::Kind::boolean:
      return operand.flag ? "true" : "false";
    case Operand::Kind::number:
      return operand.text;
    case Operand::Kind::string:
      return quoted(operand.text);
    case Operand::Kind::list:
      break;
  }
  std::string out;
  for (const Operand& item : operand.items)
    out += (out.empty() ? "" : ", ") + to_text(item);
  return "[" + out + "]";
}

std::string to_text(const Test& test) {
  std::string asked = name_of(test.op) + ": " + to_text(test.operand);
  if (!test.length_of.empty()) {
    std::string inner;
    for (const Test& of : test.length_of)
      inner += (inner.empty() ? "" : ", ") + name_of(of.op) + ": " + to_text(of.operand);
    asked = "length: {" + inner + "}";
  }
  if (test.items != Items::bare) {
    asked = fmt::format("{}: {{{}}}", test.items == Items::any_of ? "any_of_items" : "all_items", asked);
  }
  if (test.missing) asked += fmt::format(", missing: {}", *test.missing);
  return fmt::format("{{{}: {{{}}}}}", quoted(test.field), asked);
}

std::string to_text(const Pairs& pairs) {
  std::string out;
  for (const auto& [name, value] : pairs)
    out += fmt::format(" {}={}", quoted(name), quoted(value));
  return out;
}

std::string to_text(Readable state, const Tree& tree) {
  if (state == Readable::absent) return "absent";
  return state == Readable::unreadable ? "unreadable" : to_json(tree);
}

}  // namespace

Made::Made(Facts facts) : facts_(std::move(facts)) {
  headers_ = fields_of(facts_.headers);
  query_ = fields_of(facts_.query);
  path_parameters_ = fields_of(facts_.path_parameters);
  contested_.assign(facts_.contested.begin(), facts_.contested.end());
  unclear_query_.assign(facts_.unclear_query.begin(), facts_.unclear_query.end());
  unclear_form_.assign(facts_.unclear_form.begin(), facts_.unclear_form.end());
  call_.agent = facts_.agent ? &*facts_.agent : nullptr;
  call_.upstream = facts_.upstream;
  call_.tool = facts_.tool;
  call_.operation = facts_.operation;
  call_.sensitivity = facts_.sensitivity;
  call_.method = facts_.method;
  call_.path = facts_.path;
  call_.respelt_path = facts_.respelt_path;
  call_.host = facts_.host;
  call_.host_alone = facts_.host_alone;
  call_.headers = headers_;
  call_.query = query_;
  call_.path_parameters = path_parameters_;
  call_.args_state = facts_.args_state;
  call_.args = read(facts_.args_state, facts_.args, documents_);
  call_.body_state = facts_.body_state;
  call_.body = read(facts_.body_state, facts_.body, documents_);
  call_.posted_state = call_.body_state;
  call_.posted = call_.body;
  call_.contested_args = contested_;
  call_.unclear_query = unclear_query_;
  call_.form = facts_.form;
  call_.unclear_form = unclear_form_;
  call_.context_state = facts_.context_state;
  call_.context = read(facts_.context_state, facts_.context, documents_);
  if (facts_.labels_seen) {
    std::vector<Tree> labels;
    for (const std::string& label : *facts_.labels_seen)
      labels.push_back(Tree::string(label));
    call_.labels_seen = read(Readable::whole, Tree::array(std::move(labels)), documents_);
  }
  call_.annotations = facts_.annotations ? &*facts_.annotations : nullptr;
  call_.now = facts_.now;
}

std::string name_of(policy::Operator op) {
  constexpr std::array<const char*, kOperators> kNames = {
      "eq",       "ne",          "gt",        "gte",  "lt",      "lte",    "between", "in",     "not_in",
      "contains", "starts_with", "ends_with", "glob", "matches", "exists", "type",    "length", "cidr"};
  return kNames.at(static_cast<std::size_t>(op));
}

std::string to_text(const policy::TimeWindow& window) {
  std::string clock;
  if (window.clock) {
    for (const auto& change : window.clock->changes)
      clock += fmt::format(" {} ahead from {},", change.ahead.count(), to_rfc3339(change.at));
    clock += fmt::format(" known to {}", to_rfc3339(window.clock->known_to));
  }
  return fmt::format("{{time: {{days: {:#x}, between: {}-{}}}{}}}", window.days, window.begin.count(),
                     window.end.count(), clock);
}

std::string to_text(const Condition& condition) {
  if (condition.kind == Condition::Kind::time) return to_text(condition.time);
  if (condition.kind == Condition::Kind::test) return to_text(condition.test);
  if (condition.kind == Condition::Kind::negation) return "{not: " + to_text(condition.children.at(0)) + "}";
  std::string out;
  for (const Condition& child : condition.children)
    out += (out.empty() ? "" : ", ") + to_text(child);
  return fmt::format("{{{}: [{}]}}", condition.kind == Condition::Kind::any ? "any" : "all", out);
}

namespace {

std::string when(const std::optional<Condition>& condition) {
  return condition ? ", when: " + reference::to_text(*condition) : "";
}

void add(std::string& out, const char* section, const std::vector<policy::Rule>& rules) {
  if (!rules.empty()) out += fmt::format("{}:\n", section);
  for (const policy::Rule& rule : rules) {
    const auto& labels = rule.add_labels;
    out += fmt::format("  - {{id: {}, tool: {}, action: {}{}{}{}{}{}}}\n", rule.id, quoted(rule.tool),
                       to_string(rule.action), rule.plan.empty() ? "" : ", plan: " + rule.plan,
                       labels.empty() ? "" : fmt::format(", add_labels: [{}]", fmt::join(labels, ", ")),
                       rule.shadow ? ", mode: shadow" : "",
                       rule.expires ? ", expires: " + to_rfc3339(*rule.expires) : "", when(rule.when));
  }
}

}  // namespace

std::string to_text(const policy::Options& options) {
  std::string out = fmt::format("default: {}\n", to_string(options.default_effect));
  for (const auto& [name, value] : options.env)
    out += fmt::format("env.{}: {}\n", name, quoted(value));
  if (options.risk != policy::default_risk_matrix()) out += "a risk matrix of its own\n";
  add(out, "auto_reject", options.auto_reject);
  add(out, "rules", options.rules);
  add(out, "auto_approve", options.auto_approve);
  for (const policy::Route& route : options.routes)
    out += fmt::format("route: {{plan: {}{}}}\n", route.plan, when(route.when));
  for (const policy::MultiApproval& raise : options.multi_approval) {
    out +=
        fmt::format("multi_approval: {{required_approvers: {}, must_include: [{}], condition: {}}}\n",
                    raise.required_approvers, fmt::join(raise.must_include, ", "), to_text(raise.condition));
  }
  return out;
}

std::string to_text(const Facts& facts) {
  std::string out = fmt::format("tool {} of {}, operation {}, sensitivity {}\n", quoted(facts.tool),
                                quoted(facts.upstream), facts.operation, facts.sensitivity);
  out +=
      fmt::format("method {} path {} respelt {} host {} alone {}\n", quoted(facts.method), quoted(facts.path),
                  quoted(facts.respelt_path), quoted(facts.host), quoted(facts.host_alone));
  if (facts.agent) {
    out += fmt::format("agent {} tier {} labels{}\n", quoted(facts.agent->id), facts.agent->trust_tier,
                       to_text(facts.agent->labels));
  }
  out += fmt::format("headers{}\nquery{}\npath parameters{}\n", to_text(facts.headers), to_text(facts.query),
                     to_text(facts.path_parameters));
  out += fmt::format("args {}\nbody {}\n", to_text(facts.args_state, facts.args),
                     to_text(facts.body_state, facts.body));
  out += fmt::format("context {}\n", to_text(facts.context_state, facts.context));
  if (facts.annotations) {
    const auto flag = [](std::optional<bool> value) { return value ? (*value ? "yes" : "no") : "-"; };
    out += fmt::format("annotations {} {} {} {}\n", flag(facts.annotations->read_only),
                       flag(facts.annotations->destructive), flag(facts.annotations->idempotent),
                       flag(facts.annotations->open_world));
  }
  if (facts.labels_seen) out += fmt::format("labels seen: {}\n", fmt::join(*facts.labels_seen, ", "));
  if (facts.now) out += "now " + to_rfc3339(*facts.now) + "\n";
  for (const std::string& name : facts.contested)
    out += "contested " + quoted(name) + "\n";
  for (const std::string& name : facts.unclear_query)
    out += "unclear in the query " + quoted(name) + "\n";
  if (facts.form) out += "a form\n";
  for (const std::string& name : facts.unclear_form)
    out += "unclear in the form " + quoted(name) + "\n";
  return out;
}

}  // namespace holdfast::reference
