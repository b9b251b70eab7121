// The arguments and the body of a described call.
#include <fmt/format.h>

#include <algorithm>

#include "policy/arguments.hpp"
#include "policy/described_parts.hpp"

namespace holdfast::policy {
namespace {

using json::Kind;
using json::Value;

// The source of an argument that arrives as text whatever it says: a path, a query, a form.
bool is_text_source(const Tool& tool, std::string_view source) {
  return tool.form_body || !source.starts_with("body.");
}

// Nobody could send this argument as it is described.
bool is_impossible(const Tool& tool, const json::Member& argument) {
  if (argument.value.is(Kind::string)) return false;
  if (tool.args.empty()) return tool.form_body;
  return std::any_of(tool.args.begin(), tool.args.end(), [&](const auto& arg) {
    return arg.first == argument.name && is_text_source(tool, arg.second);
  });
}

}  // namespace

Result<void> Description::read_documents() {
  Call& call = parts_.call;
  const Value* const args = written_.find("args");
  const Value* const raw = written_.find("raw");
  const Value* const body = written_.find("body");
  if ((args != nullptr) + (raw != nullptr) + (body != nullptr) > 1)
    return fail(Code::malformed, "give one of `args`, `raw` and `body`");
  call.body_state = Readable::unreadable;
  call.args_state = Readable::unreadable;
  if (call.protocol == Protocol::http) contest_args(listed_, call, parts_.arguments);
  if (raw != nullptr) return read_raw(*raw);
  if (args != nullptr) return read_args(*args);
  if (body != nullptr) {
    if (call.protocol == Protocol::mcp)
      return fail(Code::malformed,
                  "`body` is for http upstreams: give `args`, or the whole message in `raw`");
    return read_body(*body);
  }
  // Arguments may come from path and query alone.
  if (maps_args()) fill_args(listed_, call, parts_.arguments);
  return {};
}

// Of an mcp upstream the JSON-RPC message, else the body.
Result<void> Description::read_raw(const Value& raw) {
  if (!raw.is(Kind::string)) return fail(Code::malformed, "`raw` must be the JSON text as it is sent");
  auto sent = json::parse(raw.text(), how_.limits);
  if (!sent) return fail(sent.error().code, fmt::format("`raw` would be refused: {}", sent.error().detail));
  parts_.sent = std::move(*sent);
  const Value& root = parts_.sent.root();
  if (parts_.call.protocol == Protocol::mcp) return read_message(root);
  if (listed_ != nullptr && listed_->form_body)
    return fail(Code::malformed,
                fmt::format("the tool `{}` takes a form, not JSON: give `args`", parts_.call.tool));
  return read_body(root);
}

Result<void> Description::read_body(const Value& body) {
  Call& call = parts_.call;
  for (const json::Member& member : body.members()) {
    if (listed_ == nullptr || !listed_->form_body || member.value.is(Kind::string)) continue;
    return fail(Code::malformed,
                fmt::format("`body.{}` must be a text: the tool `{}` takes a form", member.name, call.tool));
  }
  call.body = call.posted = &body;
  call.body_state = call.posted_state = Readable::whole;
  fill_args(listed_, call, parts_.arguments);
  return {};
}

Result<void> Description::read_message(const Value& message) {
  constexpr std::string_view kToolCall = "tools/call";
  constexpr std::string_view kOther = "mcp.";
  Call& call = parts_.call;
  const std::string_view name = call.tool.substr(std::min(call.tool.size(), call.upstream.size() + 1));
  const bool is_tool = !name.starts_with(kOther);
  const std::string_view wanted = is_tool ? kToolCall : name.substr(kOther.size());
  const Value* method = message.find("method");
  if (method == nullptr || !method->is(Kind::string) || method->text() != wanted)
    return fail(Code::malformed,
                fmt::format("`raw` must be the JSON-RPC message of this call, with the method `{}`", wanted));
  const Value* params = message.find("params");
  if (params != nullptr && !params->is(Kind::object))
    return fail(Code::malformed, "`raw` has `params` that are no object");
  const Value* named = params == nullptr ? nullptr : params->find("name");
  if (is_tool && (named == nullptr || !named->is(Kind::string) || named->text() != name))
    return fail(Code::malformed, fmt::format("`raw` does not call the tool `{}`", name));
  call.body = &message;
  call.body_state = Readable::whole;
  call.args = is_tool ? params->find("arguments") : params;
  if (call.args == nullptr) {
    call.args_state = Readable::absent;
  } else {
    call.args_state = call.args->is(Kind::object) ? Readable::whole : Readable::unreadable;
  }
  return read_message_context(params);
}

// The arguments as a rule sees them. Of a tool that maps none they are the body.
Result<void> Description::read_args(const Value& args) {
  Call& call = parts_.call;
  if (!args.is(Kind::object)) return fail(Code::malformed, "`args` must be an object");
  if (upstream_ != nullptr && call.protocol == Protocol::http && !maps_args()) return read_body(args);
  for (const json::Member& argument : args.members()) {
    if (listed_ == nullptr || !is_impossible(*listed_, argument)) continue;
    return fail(
        Code::malformed,
        fmt::format(
            "`args.{}` must be a text: it comes from a path, a query or a form, which hold nothing else",
            argument.name));
  }
  call.args = &args;
  call.args_state = Readable::whole;
  return {};
}

}  // namespace holdfast::policy
