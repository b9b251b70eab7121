#include "tests/policy/reference/calls.hpp"

#include "tests/policy/reference/text.hpp"
#include "tests/policy/reference/words.hpp"

namespace holdfast::reference {
namespace {

using policy::Condition;
using policy::Operand;

void add(const Operand& operand, Wanted& wanted) {
  if (operand.kind == Operand::Kind::number) wanted.numbers.push_back(operand.text);
  if (operand.kind == Operand::Kind::string) wanted.texts.push_back(operand.text);
  for (const Operand& item : operand.items)
    add(item, wanted);
}

void add(const Condition& condition, Wanted& wanted) {
  add(condition.test.operand, wanted);
  for (const Condition& child : condition.children)
    add(child, wanted);
}

class Maker {
 public:
  Maker(Random& random, const Wanted& wanted) : random_(random), wanted_(wanted) {}

  Facts call() {
    Facts facts;
    facts.tool =
        random_.percent(85) && !wanted_.tools.empty() ? random_.of(wanted_.tools) : random_.of(tools());
    facts.upstream = facts.tool.substr(0, facts.tool.find('.'));
    facts.operation = random_.of(facts_of("operation"));
    facts.sensitivity = random_.of(Words{"low", "standard", "high"});
    http(facts);
    agent(facts);
    documents(facts);
    hints(facts);
    labels_seen(facts);
    if (random_.percent(92))
      facts.now = std::chrono::sys_days(std::chrono::year(2026) / 11 / 16) +
                  std::chrono::minutes(30 * random_.below(400)) - Milliseconds(random_.below(2));
    return facts;
  }

 private:
  std::string number() {
    if (random_.percent(2)) return random_.of(odd_numbers());
    return random_.percent(50) && !wanted_.numbers.empty() ? random_.of(wanted_.numbers)
                                                           : random_.of(numbers());
  }
  std::string text() {
    if (random_.below(300) == 0)
      return std::string(random_.of(std::vector<std::size_t>{10'000, 16'385}), 'a');
    if (random_.percent(2)) return random_.of(odd_texts());
    return random_.percent(50) && !wanted_.texts.empty() ? random_.of(wanted_.texts) : random_.of(texts());
  }

  Tree scalar() {
    const std::size_t kind = random_.below(20);
    if (kind < 8) return Tree::number(number());
    if (kind < 16) return Tree::string(text());
    return kind < 19 ? Tree::boolean(random_.percent(50)) : Tree();
  }

  template <class Make>
  Tree array(const Make& make) {
    std::vector<Tree> items;
    for (std::size_t n = random_.below(4); n > 0; --n)
      items.push_back(make());
    return Tree::array(std::move(items));
  }

  // What a well-behaved client puts there, nine times in ten.
  Tree usual(const std::string& name) {
    if (random_.percent(10)) return any(1);
    if (name == "amount" || name == "price" || name == "k" || name == "length") return Tree::number(number());
    if (name == "force") return Tree::boolean(random_.percent(50));
    if (name == "to") return object({"iban", "length"});
    if (name == "opts") return object({"force", "deep"});
    if (name == "deep") return object({"amount"});
    if (name == "tags") return array([&] { return random_.percent(80) ? Tree::string(text()) : scalar(); });
    if (name == "items")
      return array([&] { return random_.percent(85) ? object({"price", "tags", "to"}) : scalar(); });
    if (name == "grid") return array([&] { return array([&] { return Tree::number(number()); }); });
    return Tree::string(text());
  }

  Tree any(int depth) {
    const std::size_t kind = random_.below(depth == 0 ? 6 : 10);
    if (kind < 6) return scalar();
    if (kind < 8) return array([&] { return any(depth - 1); });
    return object({"amount", "price", "iban", "a"});
  }

  Tree object(const Words& names) {
    Tree out = Tree::object({});
    for (const std::string& name : names) {
      if (random_.percent(80)) out.members.push_back({name, usual(name)});
      if (random_.percent(3)) out.members.push_back({look_alike(random_, name), usual(name)});
    }
    if (random_.percent(1)) out.members.push_back({"__proto__", scalar()});
    if (random_.percent(20)) random_.shuffle(out.members);
    return out;
  }

  Tree document() {
    return object(
        {"amount", "note", "to", "items", "tags", "opts", "grid", "ip", "gr\u00f6\u00dfe", "k", "length"});
  }

  Readable state() {
    const std::size_t chance = random_.below(100);
    return chance < 90 ? Readable::whole : chance < 95 ? Readable::absent : Readable::unreadable;
  }

  void documents(Facts& facts) {
    facts.args_state = state();
    facts.body_state = state();
    if (facts.args_state == Readable::whole) facts.args = random_.percent(98) ? document() : any(2);
    if (facts.body_state == Readable::whole) {
      const std::size_t kind = random_.below(10);
      facts.body = kind < 6   ? document()
                   : kind < 8 ? array([&] { return object({"price", "amount"}); })
                              : array([&] { return array([&] { return scalar(); }); });
    }
    if (random_.percent(6)) {
      const std::string name = random_.of(Words{"amount", "items", "note", "opts", "gr\u00f6\u00dfe"});
      facts.contested.push_back(random_.percent(70) ? name : respelt_parameter(random_, name));
    }
    facts.form = random_.percent(10);
    if (!facts.form) return;
    for (Tree* document : {&facts.args, &facts.body}) {
      if (document->kind == json::Kind::object && random_.percent(50)) add_respelt(*document);
    }
    if (random_.percent(30)) facts.unclear_form.push_back(respelt_parameter(random_, "amount"));
  }

  void add_respelt(Tree& document) {
    const std::string name =
        respelt_parameter(random_, random_.of(Words{"amount", "note", "to", "length", "k"}));
    if (name.find('\xff') != std::string::npos) return;  // which no document holds
    const auto same = [&](const Branch& member) { return member.name == name; };
    if (std::none_of(document.members.begin(), document.members.end(), same))
      document.members.push_back({name, Tree::string(text())});
  }

  void hints(Facts& facts) {
    facts.context_state = random_.percent(30) ? Readable::absent : state();
    if (facts.context_state == Readable::whole) facts.context = document();
    if (random_.percent(30)) return;
    const auto flag = [&]() -> std::optional<bool> {
      return random_.percent(40) ? std::nullopt : std::optional(random_.percent(50));
    };
    facts.annotations = {flag(), flag(), flag(), flag()};
  }

  void labels_seen(Facts& facts) {
    if (random_.percent(20)) return;
    facts.labels_seen.emplace();
    for (const std::string& label : labels()) {
      if (random_.percent(35)) facts.labels_seen->push_back(label);
    }
  }

  void parameter(Pairs& into, const std::string& name, const std::string& other) {
    if (random_.percent(80)) into.emplace_back(name, text());
    if (random_.percent(4)) into.emplace_back(name, text());
    if (!other.empty() && random_.percent(4)) into.emplace_back(other, text());
  }

  void http(Facts& facts) {
    if (random_.percent(5)) return;
    facts.method = random_.of(facts_of("http.method"));
    facts.host = random_.percent(90) ? random_.of(facts_of("http.host")) : text();
    if (facts.host == "crm.internal:81") facts.host_alone = "crm.internal";
    facts.path = random_.percent(80) ? random_.of(facts_of("http.path")) : text();
    if (facts.path == "/v1/%3A") facts.respelt_path = "/v1/:";
    for (const char* name : {"x-env", "x-ip"})
      parameter(facts.headers, name, random_.of(Words{"x_env", "x.ip", "x-env-", "X-Env"}));
    for (const char* name : {"dry", "kin", "_id", "a.b"})
      parameter(facts.query, name, respelt_parameter(random_, name));
    if (random_.percent(2)) facts.unclear_query.push_back(respelt_parameter(random_, "dry"));
    if (random_.percent(1)) facts.query.emplace_back("not\xffutf8", "1");
    parameter(facts.path_parameters, "id", "");
  }

  void agent(Facts& facts) {
    if (random_.percent(10)) return;
    facts.agent.emplace();
    facts.agent->id = random_.of(facts_of("agent.id"));
    facts.agent->trust_tier = static_cast<int>(random_.below(random_.percent(5) ? 9 : 5)) + 1;
    if (random_.percent(70)) facts.agent->labels.emplace_back("team", text());
  }

  Random& random_;
  const Wanted& wanted_;
};

}  // namespace

Wanted wanted_by(const policy::Options& policy) {
  Wanted wanted;
  for (const policy::MultiApproval& raise : policy.multi_approval)
    add(raise.condition, wanted);
  for (const auto* rules : {&policy.auto_reject, &policy.auto_approve}) {
    for (const policy::Rule& rule : *rules) {
      if (rule.when) add(*rule.when, wanted);
    }
  }
  for (const policy::Rule& rule : policy.rules) {
    if (rule.when) add(*rule.when, wanted);
    for (const std::string& tool : tools()) {
      if (rule.tool == "*" || wild(rule.tool, tool, '.')) wanted.tools.push_back(tool);
    }
  }
  return wanted;
}

Facts some_call(Random& random, const Wanted& wanted) {
  return Maker(random, wanted).call();
}

}  // namespace holdfast::reference
