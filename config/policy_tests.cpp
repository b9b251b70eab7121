// `tests:`: calls that the policy's author describes, and what is to become of them. The call itself is read
// where calls are read (policy/described_call.hpp); here it only becomes JSON.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "config/schema.hpp"
#include "config/sections.hpp"
#include "config/suggest.hpp"
#include "core/json_text.hpp"

namespace holdfast::config {
namespace {

// What may stand in a call, for the loader and for the schema.
enum class Kind { text, map, text_or_map, anything };
struct Key {
  const char* name;
  Kind kind;
};
constexpr std::array<Key, 13> kKeys{{
    {"agent", Kind::text_or_map},
    {"annotations", Kind::map},
    {"args", Kind::map},
    {"body", Kind::anything},
    {"context", Kind::map},
    {"http", Kind::map},
    {"now", Kind::text},
    {"operation", Kind::text},
    {"path", Kind::map},
    {"raw", Kind::text},
    {"sensitivity", Kind::text},
    {"tool", Kind::text},
    {"upstream", Kind::text},
}};

void check_key(Context& context, const Member& member) {
  const auto known =
      std::find_if(kKeys.begin(), kKeys.end(), [&](const Key& key) { return key.name == member.key; });
  if (known == kKeys.end()) {
    std::vector<std::string> names;
    for (const Key& key : kKeys)
      names.emplace_back(key.name);
    return context.error(member.at, fmt::format("a call has no `{}`", member.key),
                         did_you_mean(member.key, names));
  }
  const bool map = member.value.kind == Node::Kind::map;
  if (known->kind == Kind::anything || (map && known->kind != Kind::text)) return;
  if (known->kind == Kind::map)
    return context.error(member.value.at, fmt::format("`{}` of a call must be a map", member.key));
  const auto scalar = context.scalar(member.value, member.key);
  if (scalar && (scalar->kind != Scalar::Kind::string || scalar->text.empty()))
    context.error(member.value.at, fmt::format("`{}` of a call must be a text", member.key));
}

// False when a problem was added.
bool check_call(Section& section, const Node& call) {
  Context& context = section.context();
  const std::size_t before = context.problems.size();
  if (call.kind != Node::Kind::map) {
    section.wrong("call", call, "a map");
  } else if (call.find("tool") == nullptr) {
    context.error(call.at, fmt::format("`{}` names no `tool`", section.name_of("call")));
  }
  for (const Member& member : call.members)
    check_key(context, member);
  return context.problems.size() == before;
}

void append_scalar(const Scalar& scalar, std::string& out) {
  switch (scalar.kind) {
    case Scalar::Kind::null:
      out += "null";
      return;
    case Scalar::Kind::boolean:
      out += scalar.flag ? "true" : "false";
      return;
    case Scalar::Kind::number:
      out += scalar.text;
      return;
    case Scalar::Kind::string:
      json::append_string(out, scalar.text);
      return;
  }
}

// Numbers keep their digits, and `${NAME}` is replaced. False when a problem was added.
bool append_json(Context& context, const Node& node, const std::string& name, std::string& out) {
  bool good = true;
  const char* between = "";
  switch (node.kind) {
    case Node::Kind::empty:
      out += "null";
      return true;
    case Node::Kind::scalar:
      if (const auto scalar = context.scalar(node, name)) {
        append_scalar(*scalar, out);
        return true;
      }
      return false;
    case Node::Kind::list:
      out += '[';
      for (const Node& item : node.items) {
        out += std::exchange(between, ",");
        good = append_json(context, item, name, out) && good;
      }
      out += ']';
      return good;
    case Node::Kind::map:
      out += '{';
      for (const Member& member : node.members) {
        out += std::exchange(between, ",");
        json::append_string(out, member.key);
        out += ':';
        good = append_json(context, member.value, name, out) && good;
      }
      out += '}';
      return good;
  }
  return false;
}

}  // namespace

void read_tests(Section& root, Config& config) {
  std::size_t position = 0;
  root.each("tests", [&](Section& section) {
    PolicyTest test;
    test.at = section.at();
    test.name = section.text("name").value_or(fmt::format("tests[{}]", position++));
    section.require("call", "such as {tool: payment.send, args: {amount: 500}}");
    const Node* call = section.take("call", {.kind = Shape::Kind::custom, .schema = schema::call});
    section.require("expect", "allow, deny or escalate");
    test.expect = static_cast<Effect>(section.choice("expect", 2, {"allow", "escalate", "deny"}));
    test.expect_rule = section.text("expect_rule").value_or("");
    if (call == nullptr || !check_call(section, *call)) return;
    test.call_at = call->at;
    if (append_json(section.context(), *call, section.name_of("call"), test.call))
      config.tests.push_back(std::move(test));
  });
}

namespace schema {

Node call() {
  return map_of({{"$ref", quoted("#/definitions/call")}});
}

Node call_definition() {
  const auto of_type = [](const char* type) { return map_of({{"type", quoted(type)}}); };
  Node properties = map_of({});
  for (const Key& key : kKeys) {
    Node value = map_of({});
    if (key.kind == Kind::text) value = text();
    if (key.kind == Kind::map) value = of_type("object");
    if (key.kind == Kind::text_or_map) value = map_of({{"anyOf", list_of({text(), of_type("object")})}});
    properties.members.push_back({key.name, {}, std::move(value)});
  }
  return map_of({{"type", quoted("object")},
                 {"required", list_of({quoted("tool")})},
                 {"additionalProperties", plain("false")},
                 {"properties", std::move(properties)}});
}

}  // namespace schema
}  // namespace holdfast::config
