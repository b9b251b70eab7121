#include "tests/policy/reference/shrink.hpp"

namespace holdfast::reference {
namespace {

using policy::Condition;

std::size_t size_of(const Case& it) {
  return to_text(it.policy).size() + to_text(it.facts).size();
}

class Shrinker {
 public:
  Shrinker(Case from, const StillTrue& holds) : best_(std::move(from)), holds_(holds) {}

  Case run() {
    do {
      better_ = false;
      around();
      rules();
      facts();
    } while (better_);
    return std::move(best_);
  }

 private:
  // Takes the change if it makes the case smaller and what was interesting of it is still there.
  template <class Change>
  bool attempt(const Change& change) {
    Case next = best_;
    change(next);
    if (size_of(next) >= size_of(best_) || !holds_(next)) return false;
    best_ = std::move(next);
    return better_ = true;
  }

  void around() {
    one_less([](Case& it) -> auto& { return it.policy.auto_reject; });
    one_less([](Case& it) -> auto& { return it.policy.auto_approve; });
    one_less([](Case& it) -> auto& { return it.policy.routes; });
    one_less([](Case& it) -> auto& { return it.policy.multi_approval; });
  }

  template <class Of>
  void one_less(const Of& of) {
    for (std::size_t i = 0; i < of(best_).size();) {
      if (!attempt([&](Case& it) { of(it).erase(of(it).begin() + static_cast<long>(i)); })) ++i;
    }
  }

  void rules() {
    for (std::size_t i = 0; i < best_.policy.rules.size();) {
      if (attempt([i](Case& it) { it.policy.rules.erase(it.policy.rules.begin() + static_cast<long>(i)); }))
        continue;
      attempt([i](Case& it) { it.policy.rules[i].shadow = false; });
      attempt([i](Case& it) { it.policy.rules[i].expires.reset(); });
      attempt([i](Case& it) { it.policy.rules[i].add_labels.clear(); });
      if (best_.policy.rules[i].when) {
        attempt([i](Case& it) { it.policy.rules[i].when.reset(); });
        condition([i](Case& it) -> Condition& { return *it.policy.rules[i].when; }, i);
      }
      ++i;
    }
  }

  // A child in its parent's place, or a child less; and the same further down.
  void condition(const std::function<Condition&(Case&)>& at, std::size_t rule) {
    bool changed = true;
    while (changed && best_.policy.rules[rule].when) {
      changed = false;
      const std::size_t children = at(best_).children.size();
      for (std::size_t c = 0; c < children && !changed; ++c) {
        changed = attempt([&](Case& it) {
          Condition child = at(it).children[c];
          at(it) = std::move(child);
        });
        if (changed || children == 1) continue;
        changed =
            attempt([&](Case& it) { at(it).children.erase(at(it).children.begin() + static_cast<long>(c)); });
      }
    }
    if (!best_.policy.rules[rule].when) return;
    for (std::size_t c = 0; c < at(best_).children.size(); ++c)
      condition([&at, c](Case& it) -> Condition& { return at(it).children[c]; }, rule);
  }

  void facts() {
    attempt([](Case& it) { it.facts.headers.clear(); });
    attempt([](Case& it) { it.facts.query.clear(); });
    attempt([](Case& it) { it.facts.path_parameters.clear(); });
    attempt([](Case& it) { it.facts.contested.clear(); });
    attempt([](Case& it) { it.facts.unclear_query.clear(); });
    attempt([](Case& it) { it.facts.unclear_form.clear(); });
    attempt([](Case& it) { it.facts.form = false; });
    attempt([](Case& it) { it.facts.agent.reset(); });
    attempt([](Case& it) { it.facts.host_alone = ""; });
    attempt([](Case& it) {
      it.facts.method = it.facts.path = it.facts.host = it.facts.host_alone = it.facts.respelt_path = "";
    });
    attempt([](Case& it) { it.facts.args_state = Readable::absent; });
    attempt([](Case& it) { it.facts.body_state = Readable::absent; });
    attempt([](Case& it) { it.facts.context_state = Readable::absent; });
    attempt([](Case& it) { it.facts.annotations.reset(); });
    attempt([](Case& it) { it.facts.labels_seen.reset(); });
    attempt([](Case& it) { it.facts.now.reset(); });
    tree([](Case& it) -> Tree& { return it.facts.args; });
    tree([](Case& it) -> Tree& { return it.facts.body; });
    tree([](Case& it) -> Tree& { return it.facts.context; });
  }

  template <class At>
  void tree(const At& at, int depth = 0) {
    for (std::size_t i = 0; i < at(best_).items.size();) {
      if (attempt([&](Case& it) { at(it).items.erase(at(it).items.begin() + static_cast<long>(i)); }))
        continue;
      deeper([&at, i](Case& it) -> Tree& { return at(it).items[i]; }, depth);
      ++i;
    }
    for (std::size_t i = 0; i < at(best_).members.size();) {
      if (attempt([&](Case& it) { at(it).members.erase(at(it).members.begin() + static_cast<long>(i)); }))
        continue;
      deeper([&at, i](Case& it) -> Tree& { return at(it).members[i].value; }, depth);
      ++i;
    }
  }

  void deeper(const std::function<Tree&(Case&)>& at, int depth) {
    if (depth < 4) tree(at, depth + 1);
  }

  Case best_;
  const StillTrue& holds_;
  bool better_ = false;
};

}  // namespace

Case shrunk(Case from, const StillTrue& holds) {
  return Shrinker(std::move(from), holds).run();
}

}  // namespace holdfast::reference
