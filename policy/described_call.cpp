#include "policy/described_call.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "policy/described_parts.hpp"
#include "policy/suggest.hpp"

namespace holdfast::policy {
namespace {

using json::Kind;
using json::Value;

constexpr std::array<std::string_view, 13> kMembers = {
    "agent",     "annotations", "args", "body",        "context", "http",    "now",
    "operation", "path",        "raw",  "sensitivity", "tool",    "upstream"};

std::string did_you_mean(std::string_view near) {
  return near.empty() ? std::string() : fmt::format("; did you mean `{}`?", near);
}

template <class List, class NameOf>
std::string_view nearest_of(std::string_view written, const List& list, NameOf name_of) {
  std::vector<std::string_view> names;
  for (const auto& one : list)
    names.push_back(name_of(one));
  return nearest(written, names);
}

// Digits 1 to 5, or nothing.
std::optional<int> tier_number(const Value& tier) {
  const std::string_view text = tier.text();
  if (!tier.is(Kind::number) || text.size() != 1 || text.front() < '1' || text.front() > '5')
    return std::nullopt;
  return text.front() - '0';
}

}  // namespace

Result<std::string_view> Description::text(const Value& object, std::string_view member) const {
  const Value* found = object.find(member);
  if (found == nullptr) return std::string_view();
  if (found->is(Kind::string) && !found->text().empty()) return found->text();
  return fail(Code::malformed, fmt::format("`{}` must be a text", member));
}

Result<void> Description::only(const Value& object, std::string_view what,
                               std::span<const std::string_view> known) {
  if (!object.is(Kind::object)) return fail(Code::malformed, fmt::format("{} must be an object", what));
  for (const json::Member& member : object.members()) {
    if (std::find(known.begin(), known.end(), member.name) != known.end()) continue;
    return fail(Code::malformed, fmt::format("{} has no member `{}`{}", what, member.name,
                                             did_you_mean(nearest(member.name, known))));
  }
  return {};
}

Result<void> Description::read() {
  std::vector<std::string_view> known(kMembers.begin(), kMembers.end());
  known.insert(known.end(), how_.others.begin(), how_.others.end());
  if (auto good = only(written_, "the call", known); !good) return good;
  if (auto good = read_tool(); !good) return good;
  if (auto good = read_kind(); !good) return good;
  if (auto good = read_agent(); !good) return good;
  if (auto good = read_http(); !good) return good;
  if (auto good = read_context(); !good) return good;
  if (auto good = read_annotations(); !good) return good;
  if (auto good = read_now(); !good) return good;
  return read_documents();
}

// A name that is nearly one the policy is about would be refused if the call were made.
Result<void> Description::read_tool() {
  const auto tool = text(written_, "tool");
  if (!tool) return fail(tool.error());
  if (tool->empty()) return fail(Code::malformed, "the call names no `tool`");
  constexpr std::size_t kLongest = 128;  // of limits.tool_name
  if (tool->size() > kLongest ||
      std::any_of(tool->begin(), tool->end(), [](char c) { return (c >= 0 && c < ' ') || c == 0x7f; }))
    return fail(Code::malformed, "`tool` is too long, or has a control character");
  parts_.call.tool = *tool;
  if (auto good = read_upstream(); !good) return good;
  if (const Tool* listed = directory_.find_tool(*tool)) {
    listed_ = &parts_.tool.emplace(*listed);
    return {};
  }
  const bool invented = upstream_ != nullptr && upstream_->protocol == Protocol::http &&
                        !upstream_->tools.empty() &&
                        !tool->substr(upstream_->name.size()).starts_with(".http.");
  const std::string_view like = policy_.look_alike(*tool);
  if (!invented && like.empty()) return {};
  const std::string hint = near_tool(*tool, like);
  if (!invented) {
    return fail(
        Code::malformed,
        fmt::format("`{}` is nearly a tool that the policy is about, and would be refused{}", *tool, hint));
  }
  return fail(Code::malformed, fmt::format("`{}` is no listed tool of `{}`{}", *tool, upstream_->name, hint));
}

// An agent is told no name that it did not write: the tool may be hidden from it.
std::string Description::near_tool(std::string_view tool, std::string_view like) const {
  if (how_.caller != nullptr) return {};
  if (!like.empty() && like.find('*') == std::string_view::npos) return did_you_mean(like);
  const std::vector<std::string> names = directory_.tool_names();
  return did_you_mean(
      nearest_of(tool, names, [](const std::string& name) { return std::string_view(name); }));
}

Result<void> Description::read_upstream() {
  Call& call = parts_.call;
  const std::string_view home = call.tool.substr(0, call.tool.find('.'));
  const auto written = text(written_, "upstream");
  if (!written) return fail(written.error());
  call.upstream = written->empty() ? home : *written;
  upstream_ = directory_.find_upstream(home);
  if (upstream_ != nullptr) call.protocol = upstream_->protocol;
  if (call.upstream == home) return {};
  return fail(Code::malformed,
              fmt::format("the tool `{}` is not one of the upstream `{}`", call.tool, call.upstream));
}

// What the configuration says of the tool; of others, what the description says, where it is trusted with
// facts: a claim of low sensitivity would let through what is asked about.
Result<void> Description::read_kind() {
  Call& call = parts_.call;
  const auto take = [&](std::string_view member, std::string_view known,
                        std::string_view& into) -> Result<void> {
    const auto written = text(written_, member);
    if (!written) return fail(written.error());
    if (listed_ != nullptr) into = known;
    if (written->empty() || *written == into) return {};
    if (listed_ != nullptr) {
      return fail(Code::malformed, fmt::format("`{}` is `{}` for the tool `{}`, says the configuration",
                                               member, known, call.tool));
    }
    if (!states_facts())
      return fail(Code::forbidden, fmt::format("`{}` is for the configuration to say", member));
    into = *written;
    return {};
  };
  if (auto good =
          take("operation", listed_ == nullptr ? std::string_view() : listed_->operation, call.operation);
      !good)
    return good;
  if (auto good = take("sensitivity", listed_ == nullptr ? std::string_view() : listed_->sensitivity,
                       call.sensitivity);
      !good)
    return good;
  if (call.sensitivity == "low" || call.sensitivity == "standard" || call.sensitivity == "high") return {};
  return fail(Code::malformed, "`sensitivity` must be low, standard or high");
}

Result<void> Description::read_agent() {
  parts_.agent = how_.caller != nullptr ? *how_.caller : directory_.caller;
  parts_.call.agent = &parts_.agent;
  parts_.call.labels_seen = how_.labels_seen;
  parts_.call.untold.labels_seen = how_.labels_seen == nullptr;
  const Value* agent = written_.find("agent");
  if (agent == nullptr) return {};
  if (how_.caller != nullptr) {
    if (agent->is(Kind::string) && agent->text() == how_.caller->id) return {};
    return fail(Code::forbidden, "an agent can ask only about itself: leave `agent` out");
  }
  if (agent->is(Kind::object)) return read_agent_object(*agent);
  if (!agent->is(Kind::string))
    return fail(Code::malformed, "`agent` must be an id of `agents`, or an object");
  if (const Agent* known = directory_.find_agent(agent->text())) {
    parts_.agent = *known;
  } else if (agent->text() == Agent{}.id) {
    parts_.agent = Agent{};
  } else {
    return fail(Code::malformed,
                fmt::format("there is no agent `{}`{}", agent->text(),
                            did_you_mean(nearest_of(agent->text(), directory_.agents, [](const Agent& one) {
                              return std::string_view(one.id);
                            }))));
  }
  return {};
}

// The facts that are given, on top of those the configuration has of this id.
Result<void> Description::read_agent_object(const Value& agent) {
  constexpr std::array<std::string_view, 4> kKnown = {"id", "labels", "labels_seen", "trust_tier"};
  if (auto good = only(agent, "`agent`", kKnown); !good) return good;
  if (auto good = read_labels_seen(agent); !good) return good;
  const auto id = text(agent, "id");
  if (!id) return fail(id.error());
  const Agent* known = directory_.find_agent(*id);
  parts_.agent = known != nullptr ? *known : Agent{};
  if (!id->empty()) parts_.agent.id = *id;
  if (const Value* tier = agent.find("trust_tier")) {
    const auto named = tier->is(Kind::string) ? directory_.trust_tiers.find(std::string(tier->text()))
                                              : directory_.trust_tiers.end();
    const auto number =
        named != directory_.trust_tiers.end() ? std::optional(named->second) : tier_number(*tier);
    if (!number)
      return fail(Code::malformed,
                  "`agent.trust_tier` must be a number from 1 to 5, or a name of `trust_tiers`");
    parts_.agent.trust_tier = *number;
  }
  const Value* labels = agent.find("labels");
  if (labels == nullptr) return {};
  if (!labels->is(Kind::object)) return fail(Code::malformed, "`agent.labels` must be an object");
  parts_.agent.labels.clear();
  for (const json::Member& label : labels->members()) {
    if (!label.value.is(Kind::string))
      return fail(Code::malformed, fmt::format("the label `{}` must be a text", label.name));
    parts_.agent.labels.emplace_back(label.name, label.value.text());
  }
  return {};
}

Result<void> Description::read_labels_seen(const Value& agent) {
  const Value* seen = agent.find("labels_seen");
  if (seen == nullptr) return {};
  const auto items = seen->items();
  if (!seen->is(Kind::array) ||
      !std::all_of(items.begin(), items.end(), [](const Value& one) { return one.is(Kind::string); }))
    return fail(Code::malformed, "`agent.labels_seen` must be a list of texts");
  parts_.call.labels_seen = seen;
  parts_.call.untold.labels_seen = false;
  return {};
}

DescribedCall::DescribedCall(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
DescribedCall::DescribedCall(DescribedCall&&) noexcept = default;
DescribedCall& DescribedCall::operator=(DescribedCall&&) noexcept = default;
DescribedCall::~DescribedCall() = default;

const Call& DescribedCall::call() const {
  return parts_->call;
}

Result<DescribedCall> DescribedCall::read(const Value& description, const Policy& policy,
                                          const Describing& how) {
  auto parts = std::make_unique<Parts>();
  if (auto good = Description(description, policy, how, parts.get()).read(); !good) return fail(good.error());
  return DescribedCall(std::move(parts));
}

Result<DescribedCall> DescribedCall::read(std::string_view json, const Policy& policy,
                                          const Describing& how) {
  auto parts = std::make_unique<Parts>();
  auto document = json::parse(json, how.limits);
  if (!document) return fail(document.error().code, "the description: " + document.error().detail);
  parts->written = std::move(*document);
  if (auto good = Description(parts->written.root(), policy, how, parts.get()).read(); !good)
    return fail(good.error());
  return DescribedCall(std::move(parts));
}

}  // namespace holdfast::policy
