// `tests:`: calls that the policy's author describes, and what is to become of them. The call itself is read
// where calls are read (policy/described_call.hpp); here it only becomes JSON.
#include <fmt/format.h>

#include <utility>

#include "config/schema.hpp"
#include "config/sections.hpp"
#include "core/json_text.hpp"

namespace holdfast::config {
namespace {

Node call_schema() {
  const auto of_type = [](const char* type) { return map_of({{"type", quoted(type)}}); };
  const auto any = [] { return map_of({}); };
  Node agent = map_of({{"anyOf", list_of({of_type("string"), of_type("object")})}});
  return map_of({{"type", quoted("object")},
                 {"required", list_of({quoted("tool")})},
                 {"additionalProperties", plain("false")},
                 {"properties", map_of({{"agent", std::move(agent)},
                                        {"annotations", of_type("object")},
                                        {"args", of_type("object")},
                                        {"body", any()},
                                        {"context", of_type("object")},
                                        {"http", of_type("object")},
                                        {"now", of_type("string")},
                                        {"operation", of_type("string")},
                                        {"path", of_type("object")},
                                        {"raw", of_type("string")},
                                        {"sensitivity", of_type("string")},
                                        {"tool", of_type("string")},
                                        {"upstream", of_type("string")}})}});
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
      context.error(node.at, fmt::format("a value is missing in `{}`", name), "write null if you mean null");
      return false;
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
    const Node* call = section.take("call", {.kind = Shape::Kind::custom, .schema = call_schema});
    section.require("expect", "allow, deny or escalate");
    test.expect = static_cast<Effect>(section.choice("expect", 2, {"allow", "escalate", "deny"}));
    test.expect_rule = section.text("expect_rule").value_or("");
    if (call == nullptr) return;
    test.call_at = call->at;
    if (append_json(section.context(), *call, section.name_of("call"), test.call))
      config.tests.push_back(std::move(test));
  });
}

}  // namespace holdfast::config
