#include "policy/program.hpp"

#include "policy/operators.hpp"

namespace holdfast::policy {
namespace {

// What was found belongs to the run of that number; anything else is left over and may dangle.
struct Remembered {
  std::uint64_t run = 0;
  Found found;
};

struct Memory {
  std::uint64_t run = 0;
  std::vector<Remembered> fields;
};

Memory& memory() {
  thread_local Memory of_thread;
  return of_thread;
}

Truth judge(const CompiledTest& test, const FieldPath& field, std::size_t each, const Found& found,
            std::size_t& asked);

// `[*]` at step `each`, over the items of an array.
Truth over_items(const CompiledTest& test, const FieldPath& field, std::size_t each, const json::Value& array,
                 std::size_t& asked) {
  bool some_yes = false, some_no = false, some_unknown = false;
  for (const json::Value& item : array.items()) {
    const std::size_t next = each + 1;
    switch (judge(test, field, next, follow(field, next, item), asked)) {
      case Truth::yes:
        some_yes = true;
        break;
      case Truth::no:
        some_no = true;
        break;
      case Truth::unknown:
        some_unknown = true;
        break;
    }
  }
  switch (test.items) {
    case Items::any_of:
      return some_yes ? Truth::yes : some_unknown ? Truth::unknown : Truth::no;
    case Items::all:
      return some_no ? Truth::no : some_unknown ? Truth::unknown : Truth::yes;
    case Items::bare:
      break;
  }
  if (some_unknown || some_yes == some_no) return Truth::unknown;
  return truth(some_yes);
}

// Found was looked up from step `from`; if a `[*]` follows, it is the array there. What its pattern was asked
// of is added to `asked`: the bound of a pattern is for all items together.
Truth judge(const CompiledTest& test, const FieldPath& field, std::size_t from, const Found& found,
            std::size_t& asked) {
  switch (found.state) {
    case Found::State::missing:
      return test.absent;
    case Found::State::unknown:
      return Truth::unknown;
    case Found::State::count:
      return apply_to_count(test, found.value.items().size());
    case Found::State::present:
      break;
  }
  const std::size_t each = field.next_each(from);
  return each < field.steps.size() ? over_items(test, field, each, found.value, asked)
                                   : apply(test, found.value, asked);
}

Truth judge(const CompiledTest& test, const FieldPath& field, const Found& found) {
  std::size_t asked = 0;
  return judge(test, field, 0, found, asked);
}

// What some server may take a fact for instead: whatever a rule says must be true of both. Empty: there is
// none.
std::string_view other_reading(Source source, const Call& call) {
  if (source == Source::path) return call.respelt_path;
  return source == Source::host ? call.host_alone : std::string_view();
}

}  // namespace

Evaluation::Evaluation(const Program& program, const Call& call, RiskLevel risk, Trace* trace)
    : program_(program), call_(call), risk_(risk), trace_(trace) {
  Memory& mine = memory();
  ++mine.run;
  if (mine.fields.size() < program.fields.size()) mine.fields.resize(program.fields.size());
}

Truth Evaluation::says(const void* written, std::optional<std::uint32_t> condition) {
  const Truth truth = condition ? run(*condition) : Truth::yes;
  if (trace_ != nullptr) trace_->asked.push_back({written, condition, truth});
  return truth;
}

const Found& Evaluation::find(std::uint32_t field) {
  Memory& mine = memory();
  Remembered& slot = mine.fields[field];
  if (slot.run != mine.run) slot = {mine.run, resolve(program_.fields[field], call_, risk_)};
  return slot.found;
}

Truth Evaluation::ask(const CompiledTest& test) {
  const FieldPath& field = program_.fields[test.field];
  const Truth says = judge(test, field, find(test.field));
  const std::string_view other = other_reading(field.source, call_);
  if (other.empty()) return says;
  const Found respelt{Found::State::present, json::Value::make_string(other)};
  return judge(test, field, respelt) == says ? says : Truth::unknown;
}

Truth Evaluation::run(std::uint32_t at) {
  const Node& node = program_.nodes[at];
  std::uint32_t child = at + 1;
  switch (node.kind) {
    case Node::Kind::test:
      return ask(program_.tests[node.test]);
    case Node::Kind::time:
      return is_within(program_.windows[node.test], call_.now);
    case Node::Kind::negation:
      return opposite(run(child));
    case Node::Kind::all: {
      Truth all = Truth::yes;
      for (; child < node.end && all != Truth::no; child = program_.nodes[child].end)
        all = both(all, run(child));
      return all;
    }
    case Node::Kind::any: {
      Truth any = Truth::no;
      for (; child < node.end && any != Truth::yes; child = program_.nodes[child].end)
        any = either(any, run(child));
      return any;
    }
  }
  return Truth::unknown;
}

}  // namespace holdfast::policy
