// The judge against a second one, and law 3: making anything in a call unknown never gives a laxer decision,
// nor does taking room away; what is hidden is denied. The input is dice: it writes a policy and calls.
#include "policy/engine.hpp"
#include "tests/fuzz/claim.hpp"
#include "tests/fuzz/reference_policy.hpp"
#include "tests/fuzz/write_facts.hpp"
#include "tests/fuzz/write_policy.hpp"

namespace holdfast::fuzz {
namespace {

// One call in both forms: as the policy sees it and as the reference does.
struct Asked {
  std::string args;
  bool has_args = true;
  bool unreadable = false;
  std::vector<std::string> contested;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string context;  // empty: the agent claims nothing
  bool context_unreadable = false;
  std::optional<std::vector<std::string>> labels_seen;
  std::optional<std::map<std::string, bool>> annotations;
  std::optional<WallTime> now;
  std::vector<Draw> granted;

  [[nodiscard]] Facts facts() const {
    Facts out;
    if (has_args) {
      out.state = unreadable ? Facts::Document::unreadable : Facts::Document::whole;
      out.args = read_json(args, {}).value();
    }
    out.contested = contested;
    out.headers = headers;
    if (!context.empty()) {
      out.context_state = context_unreadable ? Facts::Document::unreadable : Facts::Document::whole;
      out.context = read_json(context, {}).value();
    }
    out.labels_seen = labels_seen;
    out.annotations = annotations;
    out.now = now;
    for (const Draw& draw : granted)
      out.room.insert(draw.rule);
    return out;
  }

  // What is made of the policy's own view of it.
  template <class Use>
  auto with_call(const Use& use) const {
    const Agent agent;
    const json::Document document = parsed(args), claimed = parsed(context.empty() ? "{}" : context);
    const json::Document seen = parsed(labels_text());
    std::vector<Field> fields;
    for (const auto& [name, value] : headers)
      fields.push_back({name, value});
    const std::vector<std::string_view> names(contested.begin(), contested.end());
    const Annotations said = hints();
    Call call;
    call.agent = &agent;
    call.upstream = "payment";
    call.tool = "payment.send";
    call.headers = fields;
    call.contested_args = names;
    if (has_args) {
      call.args_state = unreadable ? Readable::unreadable : Readable::whole;
      call.args = &document.root();
    }
    if (!context.empty()) {
      call.context_state = context_unreadable ? Readable::unreadable : Readable::whole;
      call.context = &claimed.root();
    }
    if (labels_seen) call.labels_seen = &seen.root();
    call.annotations = &said;
    call.untold.annotations = !annotations;
    call.now = now;
    return use(call);
  }

  [[nodiscard]] Verdict ask(const policy::Policy& judge) const {
    return with_call([&](const Call& call) {
      const Decision decision = judge.decide(call, granted);
      claim(decision.effect != Effect::deny || decision.draws.empty(), "a denied call takes no room", args);
      Verdict out{decision.effect, std::string(decision.rule), {}, {}, decision.precommit};
      if (decision.shadow)
        out.shadow = fmt::format("{} {}", to_string(decision.shadow->effect), decision.shadow->rule);
      out.labels.assign(decision.add_labels.begin(), decision.add_labels.end());
      return out;
    });
  }

  [[nodiscard]] std::vector<Draw> wants(const policy::Policy& judge) const {
    return with_call([&](const Call& call) { return judge.decide(call).wants; });
  }

 private:
  static json::Document parsed(const std::string& text) {
    auto document = json::parse(text, {});
    claim(document.has_value(), "what the target writes is JSON", text);
    return std::move(*document);
  }
  [[nodiscard]] std::string labels_text() const {
    std::string out = "[";
    if (!labels_seen) return "[]";
    for (const std::string& label : *labels_seen)
      out += (out.size() > 1 ? ",\"" : "\"") + label + "\"";
    return out + "]";
  }
  [[nodiscard]] Annotations hints() const {
    Annotations out;
    if (!annotations) return out;
    for (const auto& [name, value] : *annotations)
      (name == "annotations.read_only" ? out.read_only : out.destructive) = value;
    return out;
  }
};

Asked write_call(Dice& dice) {
  Asked out;
  out.has_args = dice.below(8) > 0;
  out.args = write_object(dice, 2);
  if (dice.coin()) out.headers.emplace_back("x", pick_text(dice));
  if (dice.coin()) out.context = write_object(dice, 1);
  out.labels_seen.emplace();
  for (std::size_t n = dice.below(3); n > 0; --n)
    out.labels_seen->push_back(pick_label(dice));
  out.annotations.emplace();
  for (const char* hint : {"annotations.read_only", "annotations.destructive"}) {
    if (dice.coin()) out.annotations->emplace(hint, dice.coin());
  }
  out.now = pick_time(dice);
  return out;
}

// The place of the n-th value behind a colon or in an array, counted over again from the front.
std::optional<std::pair<std::size_t, std::size_t>> scalar_at(const std::string& json, std::size_t n) {
  std::vector<std::pair<std::size_t, std::size_t>> found;
  for (std::size_t i = 0; i < json.size(); ++i) {
    if (json[i] != ':' && json[i] != '[' && json[i] != ',') continue;
    const std::size_t from = i + 1;
    const std::size_t to = json.find_first_of(",]}", from);
    const bool name = json.find(':', from) < to;
    if (to > from && json[from] != '{' && json[from] != '[' && !name) found.emplace_back(from, to - from);
  }
  if (found.empty()) return std::nullopt;
  return found[n % found.size()];
}

// The same call with one thing that cannot be known.
Asked made_unknown(Dice& dice, Asked call) {
  switch (dice.below(9)) {
    case 0:
      call.unreadable = call.has_args;
      break;
    case 5:
      call.now.reset();
      break;
    case 6:
      call.labels_seen.reset();
      break;
    case 7:
      call.annotations.reset();
      break;
    case 8:
      call.context_unreadable = true;
      break;
    case 1:
      call.contested.emplace_back(pick_name(dice));
      break;
    case 2:
      if (!call.headers.empty()) call.headers.emplace_back("x", pick_text(dice));
      break;
    case 3:
      if (const auto place = scalar_at(call.args, dice.byte())) {
        call.args.replace(place->first, place->second, dice.coin() ? "1e401" : "\"e\xCC\x81\"");
      }
      break;
    default: {
      // A look-alike of the first member: full-width, so that no member has that name.
      const std::size_t quote = call.args.find("\"a\":");
      if (quote != std::string::npos) call.args.insert(quote, "\"\xEF\xBC\xA1\":1,");
    }
  }
  return call;
}

void check_agreement(const policy::Options& options, const policy::Policy& judge, const Asked& call) {
  const Verdict ours = call.ask(judge);
  const Verdict reference = fuzz::judge(options, call.facts());
  claim(ours.effect == reference.effect, "both judges decide alike", call.args,
        reference.rule + " " + ours.rule);
  claim_equal(ours.rule, reference.rule, "both judges name the same rule");
  claim_equal(ours.shadow, reference.shadow, "both judges see the same shadow");
  claim(ours.labels == reference.labels, "both judges add the same labels", call.args);
  claim(ours.precommit == reference.precommit, "both judges agree on what is first on the log", call.args);
}

// Room for some of what the call draws on, as dice will have it.
void grant_some(Dice& dice, const policy::Policy& judge, Asked& call) {
  const Effect without = call.ask(judge).effect;
  for (Draw& draw : call.wants(judge)) {
    if (dice.coin()) call.granted.push_back(std::move(draw));
  }
  claim(call.ask(judge).effect <= without, "room never makes stricter", call.args);
}

// What an agent is not told of, it may not call.
void check_hiding(const policy::Policy& judge, const Asked& call) {
  const bool hidden = call.with_call([&](const Call& asked) { return judge.hides(asked); });
  claim(!hidden || call.ask(judge).effect == Effect::deny, "what is hidden is denied", call.args);
  claim(!hidden || judge.hides_some(), "what hides something says so", call.args);
}

}  // namespace
}  // namespace holdfast::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast::fuzz;
  Dice dice(text_of(data, size));
  const auto options = write_policy(dice);
  const auto compiled = holdfast::policy::compile(options);
  if (compiled.policy == nullptr) return 0;
  const auto& judge = *compiled.policy;
  for (int calls = 0; calls < 4; ++calls) {
    Asked call = write_call(dice);
    grant_some(dice, judge, call);
    const Asked doubtful = made_unknown(dice, call);
    claim(doubtful.ask(judge).effect >= call.ask(judge).effect, "doubt never relaxes", call.args,
          doubtful.args);
    for (const Asked& one : {call, doubtful}) {
      check_agreement(options, judge, one);
      check_hiding(judge, one);
    }
  }
  return 0;
}
