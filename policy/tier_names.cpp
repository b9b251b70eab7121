#include "policy/tier_names.hpp"

#include <fmt/format.h>

#include <vector>

#include "policy/suggest.hpp"

namespace holdfast::policy {
namespace {

class Names {
 public:
  Names(const std::map<std::string, int>& tiers, Problems& problems) : tiers_(tiers), problems_(problems) {}

  void resolve(Condition& condition) {
    for (Condition& child : condition.children)
      resolve(child);
    const std::string& field = condition.test.field;
    if (condition.kind != Condition::Kind::test) return;
    if (field == "trust_tier" || field == "agent.trust_tier") resolve(condition.test.operand);
  }
  void resolve(std::vector<Rule>& rules) {
    for (Rule& rule : rules) {
      if (rule.when) resolve(*rule.when);
    }
  }

 private:
  void resolve(Operand& operand) {
    for (Operand& item : operand.items)
      resolve(item);
    if (operand.kind != Operand::Kind::string) return;
    const auto tier = tiers_.find(operand.text);
    if (tier != tiers_.end()) {
      operand.kind = Operand::Kind::number;
      operand.text = std::to_string(tier->second);
      return;
    }
    std::vector<std::string_view> known;
    for (const auto& [name, number] : tiers_)
      known.push_back(name);
    const std::string_view near = nearest(operand.text, known);
    problems_.push_back({Severity::error, operand.at,
                         fmt::format("there is no trust tier `{}`", operand.text),
                         near.empty() ? std::string("1 (most trusted) to 5, or a name from `trust_tiers`")
                                      : fmt::format("did you mean `{}`?", near)});
    // So that nobody is told as well that it is no number.
    operand.kind = Operand::Kind::number;
    operand.text = "5";
  }

  const std::map<std::string, int>& tiers_;
  Problems& problems_;
};

}  // namespace

void resolve_tier_names(Options& options, Problems& problems) {
  Names names(options.directory.trust_tiers, problems);
  names.resolve(options.auto_reject);
  names.resolve(options.rules);
  names.resolve(options.auto_approve);
  for (Route& route : options.routes) {
    if (route.when) names.resolve(*route.when);
  }
  for (MultiApproval& raise : options.multi_approval)
    names.resolve(raise.condition);
}

}  // namespace holdfast::policy
