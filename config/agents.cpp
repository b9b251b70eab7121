#include <fmt/format.h>

#include <algorithm>

#include "config/schema.hpp"
#include "config/sections.hpp"

namespace holdfast::config {
namespace {

void read_labels(Section& section, Agent& agent) {
  section.members("labels", schema::any_text, [&](const Member& label) {
    const auto value = section.context().scalar(label.value, section.name_of("labels"));
    if (!value) return;
    if (value->kind != Scalar::Kind::string && !value->from_environment) {
      return section.context().error(label.value.at,
                                     fmt::format("the label `{}` must be a string", label.key),
                                     fmt::format("quote it: \"{}\"", label.value.text));
    }
    agent.labels.emplace_back(label.key, value->text);
  });
}

// A number, or a name of `trust_tiers`. Who has none is trusted least.
int read_tier(Section& section, const std::map<std::string, int>& names) {
  const Node* node = section.peek("trust_tier");
  const auto named =
      node != nullptr && node->kind == Node::Kind::scalar ? names.find(node->text) : names.end();
  const Shape shape{.kind = Shape::Kind::custom, .fallback = plain("5"), .schema = schema::tier};
  if (named != names.end() && section.take("trust_tier", shape) != nullptr) return named->second;
  return static_cast<int>(section.integer("trust_tier", 5, {1, 5}, shape));
}

// As receipts say it.
const char* authenticated_by(const proxy::KnownAgent& known) {
  if (!known.token.empty()) return "token";
  if (!known.mtls.empty()) return "mtls";
  return known.listener.empty() ? "only_agent" : "listener";
}

}  // namespace

std::string wrong_with_id(std::string_view id) {
  constexpr std::size_t kLongestId = 128;
  if (id.size() > kLongestId) return fmt::format("is longer than {} bytes", kLongestId);
  const bool plain = std::all_of(
      id.begin(), id.end(), [](char c) { return c > ' ' && c < 0x7f && c != '"' && c != '\\' && c != '/'; });
  return plain ? "" : "may hold only visible ASCII characters without quotes, slash and backslash";
}

void read_agents(Section& root, Config& config) {
  root.each("agents", [&](Section& section) {
    proxy::KnownAgent known;
    known.at = section.at();
    known.agent.id = section.required_text("id").value_or("");
    known.agent.trust_tier = read_tier(section, config.policy.directory.trust_tiers);
    known.token = section.secret("token").value_or(Secret());
    known.mtls = section.text("mtls").value_or("");
    known.listener = section.text("listener").value_or("");
    const bool given = section.has("token") || section.has("mtls") || section.has("listener");
    if (given && !known.has_credential()) section.context().told.insert(known.agent.id);
    known.agent.authenticated_by = authenticated_by(known);
    read_labels(section, known.agent);
    if (const std::string wrong = wrong_with_id(known.agent.id); !wrong.empty()) {
      section.context().error(section.place("id"), fmt::format("`{}` {}", section.name_of("id"), wrong));
    }
    if (known.agent.id == "anonymous") {
      section.context().error(section.place("id"),
                              "`anonymous` is the name of callers that are not identified");
    }
    config.proxy.agents.push_back(std::move(known));
  });
}

}  // namespace holdfast::config
