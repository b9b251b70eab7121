// YAML: what is read, written out again with every string quoted, is read as the same tree; a configuration
// that loads, written so, loads as the same configuration.
#include "config/yaml.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "config/config.hpp"
#include "core/json_text.hpp"
#include "crypto/digest.hpp"
#include "policy/engine.hpp"
#include "tests/fuzz/claim.hpp"
#include "tests/support/temp_folder.hpp"

namespace holdfast::fuzz {
namespace {

using config::Node;

// A plain scalar keeps its meaning only when it is written plain; those that need quotes have no other
// meaning.
bool can_stay_plain(const Node& node) {
  const auto harmless = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '+' || c == '-' || c == '_' || c == '~';
  };
  const std::string& text = node.text;
  return node.plain && !text.empty() && std::all_of(text.begin(), text.end(), harmless) && text != "-" &&
         text.find("---") == std::string::npos && text.find("...") == std::string::npos;
}

void write_text(const std::string& text, std::string& out) {
  out += json::quoted(text);
}

// Flow style, which has no indentation to go wrong.
void write(const Node& node, std::string& out) {
  switch (node.kind) {
    case Node::Kind::empty:
      break;
    case Node::Kind::scalar:
      can_stay_plain(node) ? static_cast<void>(out += node.text) : write_text(node.text, out);
      break;
    case Node::Kind::list:
      out += "[";
      for (const Node& item : node.items) {
        if (&item != node.items.data()) out += ", ";
        write(item, out);
      }
      out += "]";
      break;
    case Node::Kind::map:
      out += "{";
      for (const config::Member& member : node.members) {
        if (&member != node.members.data()) out += ", ";
        write_text(member.key, out);
        out += ": ";
        write(member.value, out);
      }
      out += "}";
      break;
  }
}

void compare(const Node& one, const Node& other, const std::string& text) {
  claim(one.kind == other.kind, "the same kind", text);
  claim_equal(one.text, other.text, "the same scalar");
  claim(!can_stay_plain(one) || other.plain, "what stood plain stands plain", text);
  claim(one.items.size() == other.items.size() && one.members.size() == other.members.size(), "as much in it",
        text);
  for (std::size_t i = 0; i < one.items.size(); ++i)
    compare(one.items[i], other.items[i], text);
  for (std::size_t i = 0; i < one.members.size(); ++i) {
    claim_equal(one.members[i].key, other.members[i].key, "the same key");
    compare(one.members[i].value, other.members[i].value, text);
  }
}

// Empty items of a list have no spelling in flow style.
bool has_empty_item(const Node& node) {
  return std::any_of(
             node.items.begin(), node.items.end(),
             [](const Node& item) { return item.kind == Node::Kind::empty || has_empty_item(item); }) ||
         std::any_of(node.members.begin(), node.members.end(),
                     [](const config::Member& member) { return has_empty_item(member.value); });
}

// A scalar with this character, which neither stands in the text nor is escaped there.
bool invents(const Node& node, char c) {
  return node.text.find(c) != std::string::npos ||
         std::any_of(node.items.begin(), node.items.end(),
                     [c](const Node& item) { return invents(item, c); }) ||
         std::any_of(node.members.begin(), node.members.end(), [c](const config::Member& member) {
           return member.key.find(c) != std::string::npos || invents(member.value, c);
         });
}

// Braces have a stand-in on their way through yaml-cpp.
void check_braces(const Node& tree, const std::string& text) {
  for (const char brace : {'{', '}'}) {
    const bool written = text.find(brace) != std::string::npos ||
                         text.find(brace == '{' ? "7b" : "7d") != std::string::npos ||
                         text.find(brace == '{' ? "7B" : "7D") != std::string::npos;
    claim(written || !invents(tree, brace), "no brace that nobody wrote", text);
  }
}

std::string summary(const policy::Rule& rule) {
  std::string out =
      fmt::format("{} {} {} {} {}", rule.id, rule.tool, to_string(rule.action), rule.reason, rule.plan);
  if (rule.limit) {
    out += fmt::format(" limit {} {} {} {} {}", rule.limit->sum, rule.limit->max, rule.limit->per.count(),
                       static_cast<int>(rule.limit->by), to_string(rule.limit->over));
  }
  if (rule.expires) out += " until " + to_rfc3339(*rule.expires);
  for (const bool flag : {rule.shadow, rule.hide, rule.precommit, rule.show_rule})
    out += flag ? " yes" : " no";
  for (const std::string& label : rule.add_labels)
    out += " adds " + label;
  return out + "\n";
}

std::string summary(const proxy::Tool& tool) {
  std::string out = fmt::format("  {} {} {} {}", tool.name, tool.method, tool.path, tool.summary);
  for (const std::string& field : tool.redact)
    out += " without " + field;
  return out + "\n";
}

// What a configuration comes to, for comparing.
std::string summary(const config::Config& config) {
  std::string out;
  for (const auto* rules : {&config.policy.auto_reject, &config.policy.rules, &config.policy.auto_approve}) {
    for (const policy::Rule& rule : *rules)
      out += summary(rule);
  }
  for (const auto& [name, value] : config.policy.env)
    out += fmt::format("env {}={}\n", name, value);
  for (const auto& upstream : config.proxy.upstreams) {
    out += fmt::format("{} {}:{} {} {}\n", upstream.name, upstream.host, upstream.port, upstream.base_path,
                       upstream.path);
    for (const auto& header : upstream.inject)
      out += fmt::format("  with {}: {}\n", header.name, header.value.reveal_secret());
    for (const auto& tool : upstream.tools)
      out += summary(tool);
  }
  for (const auto& agent : config.proxy.agents)
    out += fmt::format("{} {}\n", agent.agent.id, agent.agent.trust_tier);
  return out + fmt::format("{}:{} {} {}", config.proxy.host, config.proxy.port, config.proxy.limits.body,
                           to_string(config.policy.default_effect));
}

std::optional<std::string> load(const std::string& text) {
  static const test::TempFolder folder;
  const auto path = folder.path() / "holdfast.yaml";
  std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
  const auto loaded = config::load(path);
  if (!loaded.config) return std::nullopt;
  claim(!has_error(loaded.problems), "a configuration with an error is not served", text);
  return summary(*loaded.config);
}

}  // namespace
}  // namespace holdfast::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast;
  const std::string text(fuzz::text_of(data, size));
  Problems problems;
  const auto tree = config::parse_yaml(text, "fuzz.yaml", &problems);
  fuzz::claim(tree.has_value() != has_error(problems), "a tree or a problem, never both", text);
  if (!tree) return 0;
  fuzz::check_braces(*tree, text);
  if (fuzz::has_empty_item(*tree)) return 0;
  std::string written;
  fuzz::write(*tree, written);
  Problems again;
  const auto reread = config::parse_yaml(written, "fuzz.yaml", &again);
  fuzz::claim(reread.has_value(), "what we write out is YAML", written,
              again.empty() ? "" : again.front().message);
  fuzz::compare(*tree, *reread, text);
  if (text.find("version") == std::string::npos) return 0;
  const auto loaded = fuzz::load(text);
  const auto reloaded = fuzz::load(written);
  fuzz::claim(loaded.has_value() == reloaded.has_value(), "it loads in either spelling or in neither", text,
              written);
  if (loaded) fuzz::claim_equal(*loaded, *reloaded, "the same configuration in either spelling");
  return 0;
}
