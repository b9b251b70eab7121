#include "tests/policy/reference/blurs.hpp"

#include <algorithm>

#include "tests/policy/reference/words.hpp"

namespace holdfast::reference {
namespace {

// Some value anywhere in the tree.
Tree& some_value(Tree& tree, Random& random) {
  const std::size_t children = tree.items.size() + tree.members.size();
  if (children == 0 || random.percent(20)) return tree;
  const std::size_t i = random.below(children);
  return some_value(i < tree.items.size() ? tree.items[i] : tree.members[i - tree.items.size()].value,
                    random);
}

void make_doubtful(Tree& document, Random& random) {
  if (document.kind == json::Kind::null) return;  // there is none
  Tree& value = some_value(document, random);
  value = random.percent(50) ? Tree::number(random.of(odd_numbers())) : Tree::string(random.of(odd_texts()));
}

void add_look_alike(Tree& document, Random& random) {
  if (document.members.empty()) return;
  const std::string name = random.of(document.members).name;
  const std::string other = look_alike(random, name);
  const auto taken = [&](const Branch& member) { return member.name == other; };
  if (std::none_of(document.members.begin(), document.members.end(), taken))
    document.members.push_back({other, Tree::number("0")});
}

void duplicate(Pairs& pairs, const std::string& name) {
  for (int i = 0; i < 2; ++i)
    pairs.emplace_back(name, "a");
}

constexpr Blur kBlurs[] = {
    [](Facts& facts, Random& random) {
      facts.query.emplace_back(respelt_parameter(random, random.of(Words{"dry", "kin", "_id", "a.b"})), "a");
    },
    [](Facts& facts, Random& random) {
      facts.unclear_query.push_back(random.of(Words{"dry", "KIN", "[_id", "a[b"}));
    },
    [](Facts& facts, Random& random) {
      facts.form = true;
      facts.unclear_form.push_back(respelt_parameter(random, random.of(Words{"amount", "note", "tags"})));
    },
    [](Facts& facts, Random&) { facts.headers.emplace_back("x_env", "a"); },
    [](Facts& facts, Random&) { facts.args_state = Readable::unreadable; },
    [](Facts& facts, Random&) { facts.body_state = Readable::unreadable; },
    [](Facts& facts, Random& random) {
      facts.contested.push_back(random.of(Words{"amount", "items", "tags", "opts", "K", "Note", "length"}));
    },
    [](Facts& facts, Random& random) { duplicate(facts.headers, random.of(Words{"x-env", "x-ip"})); },
    [](Facts& facts, Random& random) { duplicate(facts.query, random.of(Words{"dry", "kin", "Kin"})); },
    [](Facts& facts, Random&) { duplicate(facts.path_parameters, "id"); },
    [](Facts& facts, Random& random) { add_look_alike(facts.args, random); },
    [](Facts& facts, Random& random) { add_look_alike(facts.body, random); },
    [](Facts& facts, Random& random) { make_doubtful(facts.args, random); },
    [](Facts& facts, Random& random) { make_doubtful(facts.body, random); },
    [](Facts& facts, Random&) {
      if (!facts.path.empty()) facts.respelt_path = "/v1/:";
    },
    [](Facts& facts, Random&) {
      if (!facts.host.empty()) facts.host_alone = "crm.internal";
    },
    [](Facts& facts, Random&) { facts.now.reset(); },
    [](Facts& facts, Random&) { facts.context_state = Readable::unreadable; },
    [](Facts& facts, Random& random) { add_look_alike(facts.context, random); },
    [](Facts& facts, Random& random) { make_doubtful(facts.context, random); },
    [](Facts& facts, Random&) { facts.labels_seen.reset(); },
};

}  // namespace

std::span<const Blur> blurs() {
  return kBlurs;
}

}  // namespace holdfast::reference
