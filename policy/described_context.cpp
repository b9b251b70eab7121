// What a description tells beside the request: when it is made, what the agent claims, and what the server's
// tool list says.
#include <fmt/format.h>

#include <array>

#include "policy/described_parts.hpp"

namespace holdfast::policy {

using json::Kind;
using json::Value;

Result<void> Description::read_context() {
  Call& call = parts_.call;
  call.context_state = Readable::unreadable;
  const Value* context = written_.find("context");
  if (context == nullptr) return {};
  return take_context(*context, "`context`");
}

// Of an MCP message that is told whole.
Result<void> Description::read_message_context(const Value* params) {
  const Value* meta = params == nullptr ? nullptr : params->find("_meta");
  const Value* context = meta == nullptr ? nullptr : meta->find("holdfast/context");
  if (context == nullptr) return {};
  constexpr std::string_view kWhat = "`_meta[\"holdfast/context\"]` of `raw`";
  if (parts_.call.context != nullptr)
    return fail(Code::malformed, fmt::format("{} and `context` are both there; give one", kWhat));
  return take_context(*context, kWhat);
}

// How it was spelt is not told, and may have been longer.
Result<void> Description::take_context(const Value& context, std::string_view what) {
  if (!context.is(Kind::object)) return fail(Code::malformed, fmt::format("{} must be an object", what));
  if (json::to_text(context).size() > kMaxContext)
    return fail(Code::malformed, fmt::format("{} has more than {} bytes", what, kMaxContext));
  parts_.call.context = &context;
  parts_.call.context_state = Readable::whole;
  return {};
}

Result<void> Description::read_annotations() {
  constexpr std::array<std::string_view, 4> kKnown = {"destructive", "idempotent", "open_world", "read_only"};
  Call& call = parts_.call;
  const Value* annotations = written_.find("annotations");
  call.untold.annotations = annotations == nullptr;
  if (annotations == nullptr) return {};
  if (!states_facts()) return fail(Code::forbidden, "`annotations` are for the server to say");
  if (auto good = only(*annotations, "`annotations`", kKnown); !good) return good;
  const std::array<std::optional<bool>*, 4> into = {
      &parts_.annotations.destructive, &parts_.annotations.idempotent, &parts_.annotations.open_world,
      &parts_.annotations.read_only};
  for (std::size_t i = 0; i < kKnown.size(); ++i) {
    const Value* hint = annotations->find(kKnown.at(i));
    if (hint == nullptr) continue;
    if (!hint->is(Kind::boolean))
      return fail(Code::malformed, fmt::format("`annotations.{}` must be true or false", kKnown.at(i)));
    *into.at(i) = hint->boolean();
  }
  call.annotations = &parts_.annotations;
  return {};
}

// RFC 3339 in UTC, with or without milliseconds.
Result<void> Description::read_now() {
  parts_.call.now = how_.now;
  const auto written = text(written_, "now");
  if (!written) return fail(written.error());
  if (written->empty()) return {};
  if (!states_facts()) return fail(Code::forbidden, "`now` is for the clock to say");
  std::string exact(*written);
  if (exact.ends_with('Z') && exact.find('.') == std::string::npos)
    exact.replace(exact.size() - 1, 1, ".000Z");
  const auto now = parse_rfc3339(exact);
  if (!now) return fail(Code::malformed, "`now` must be a time in UTC, such as 2026-01-02T09:30:00Z");
  parts_.call.now = *now;
  return {};
}

}  // namespace holdfast::policy
