// The judge against a second one, and law 3: making anything in a call unknown never gives a laxer decision.
// The input is dice: it writes a policy and a call.
#include "policy/engine.hpp"
#include "tests/fuzz/claim.hpp"
#include "tests/fuzz/reference_policy.hpp"
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

  [[nodiscard]] Facts facts() const {
    Facts out;
    if (has_args) {
      out.state = unreadable ? Facts::Document::unreadable : Facts::Document::whole;
      out.args = read_json(args, {}).value();
    }
    out.contested = contested;
    out.headers = headers;
    return out;
  }

  [[nodiscard]] Verdict ask(const policy::Policy& judge) const {
    const Agent agent;
    const auto document = json::parse(args, {});
    claim(document.has_value(), "what the target writes is JSON", args);
    std::vector<Field> fields;
    for (const auto& [name, value] : headers)
      fields.push_back({name, value});
    const std::vector<std::string_view> names(contested.begin(), contested.end());
    Call call;
    call.agent = &agent;
    call.upstream = "payment";
    call.tool = "payment.send";
    call.headers = fields;
    call.contested_args = names;
    if (has_args) {
      call.args_state = unreadable ? Readable::unreadable : Readable::whole;
      call.args = &document->root();
    }
    const Decision decision = judge.decide(call);
    return {decision.effect, std::string(decision.rule)};
  }
};

Asked write_call(Dice& dice) {
  Asked out;
  out.has_args = dice.below(8) > 0;
  out.args = write_object(dice, 2);
  if (dice.coin()) out.headers.emplace_back("x", pick_text(dice));
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
  switch (dice.below(5)) {
    case 0:
      call.unreadable = call.has_args;
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

}  // namespace
}  // namespace holdfast::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast::fuzz;
  Dice dice(text_of(data, size));
  const auto options = write_policy(dice);
  const auto compiled = holdfast::policy::compile(options);
  if (compiled.policy == nullptr) return 0;
  for (int calls = 0; calls < 4; ++calls) {
    const Asked call = write_call(dice);
    const Verdict ours = call.ask(*compiled.policy);
    const Verdict reference = judge(options, call.facts());
    claim(ours.effect == reference.effect, "both judges decide alike", call.args,
          reference.rule + " " + ours.rule);
    claim_equal(ours.rule, reference.rule, "both judges name the same rule");

    const Asked doubtful = made_unknown(dice, call);
    const Verdict then = doubtful.ask(*compiled.policy);
    claim(then.effect >= ours.effect, "doubt never relaxes", call.args, doubtful.args);
    claim(then.effect == judge(options, doubtful.facts()).effect, "both judges decide alike in doubt",
          doubtful.args);
  }
  return 0;
}
