// JSON-RPC recognition: a message that passes unjudged is no call to any careless reader, a call has one name
// to all of them, and its canonical text depends on nothing but its meaning.
#include <algorithm>
#include <array>

#include "proxy/mcp/message.hpp"
#include "tests/fuzz/claim.hpp"
#include "tests/fuzz/lenient_rpc.hpp"

namespace holdfast::fuzz {
namespace {

// MCP's methods that change nothing at the server; whatever else a reader sees has to be judged.
constexpr std::array<std::string_view, 12> kHarmless{"initialize",
                                                     "ping",
                                                     "server/discover",
                                                     "tools/list",
                                                     "prompts/list",
                                                     "resources/list",
                                                     "resources/templates/list",
                                                     "tasks/list",
                                                     "notifications/initialized",
                                                     "notifications/cancelled",
                                                     "notifications/progress",
                                                     "notifications/roots/list_changed"};

// The same document with the members of every object in reverse.
void write_reversed(const json::Value& value, std::string& out) {
  if (value.is(json::Kind::array)) {
    out += "[ ";
    for (const json::Value& item : value.items()) {
      if (&item != value.items().data()) out += " , ";
      write_reversed(item, out);
    }
    out += " ]";
  } else if (value.is(json::Kind::object)) {
    out += "{\n";
    const auto members = value.members();
    for (std::size_t i = members.size(); i-- > 0;) {
      out += json::to_text(json::Value::make_string(members[i].name)) + " : ";
      write_reversed(members[i].value, out);
      if (i > 0) out += ",\t";
    }
    out += "\n}";
  } else {
    out += json::to_text(value);
  }
}

void check_canonical(const json::Document& document, const proxy::mcp::Message& message) {
  std::string text;
  write_reversed(document.root(), text);
  const auto reversed = json::parse(text, {});
  claim(reversed.has_value(), "a document in another order is a document", text);
  const auto again = proxy::mcp::read_message(reversed->root());
  claim(again.has_value(), "the order of members does not matter", text);
  const std::string canonical = proxy::mcp::canonical_call("payment", message);
  claim_equal(proxy::mcp::canonical_call("payment", *again), canonical, "the canonical call has no order");
  claim(again->kind == message.kind && again->id == message.id, "the same kind and id in any order");
  claim(read_json(canonical, {66, false}).has_value(), "the canonical call is JSON", canonical);
}

}  // namespace
}  // namespace holdfast::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast;
  const std::string_view text = fuzz::text_of(data, size);
  const auto document = json::parse(text, {});
  if (!document) return 0;
  const auto message = proxy::mcp::read_message(document->root());
  if (!message) return 0;
  const auto lenient = fuzz::read_json(text, {64, true});
  fuzz::claim(lenient.has_value(), "a lenient reader reads more than a strict one", text);
  const auto methods = fuzz::methods_in(*lenient);
  if (proxy::mcp::passes(*message)) {
    for (const std::string& method : methods) {
      fuzz::claim(std::find(fuzz::kHarmless.begin(), fuzz::kHarmless.end(), method) != fuzz::kHarmless.end(),
                  "what passes unjudged is harmless to every reader", text, method);
    }
  } else {
    fuzz::claim(methods.size() == 1, "a judged message has one method to every reader", text);
    fuzz::claim_equal(fuzz::careless(message->method), methods.front(), "the method judged is the one read");
    fuzz::claim(fuzz::tools_in(*lenient).size() <= 1, "a call has one name to every reader", text);
  }
  fuzz::check_canonical(*document, *message);
  return 0;
}
