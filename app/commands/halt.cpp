#include "app/commands/halt.hpp"

#include <fmt/format.h>

#include "app/control_client.hpp"
#include "app/exit.hpp"
#include "app/say.hpp"
#include "app/visible.hpp"
#include "core/json.hpp"
#include "core/json_text.hpp"

namespace holdfast::app {
namespace {

std::string text_of(const json::Value& answer, const char* name) {
  const json::Value* value = answer.find(name);
  return value != nullptr && value->is(json::Kind::string) ? visible(value->text()) : std::string();
}

// One line: what is in force now, and whose order it is.
std::string sentence(const json::Value& answer, bool halted) {
  std::string by = text_of(answer, "by");
  if (by.empty() && text_of(answer, "via") == "signal") by = "a signal";
  if (by.empty()) return halted ? "halted" : "nothing is halted";
  const std::string reason = text_of(answer, "reason");
  return fmt::format("{} since {} by {}{}{}", halted ? "halted" : "running", text_of(answer, "at"), by,
                     reason.empty() ? "" : ": ", reason);
}

int turn(const CommonOptions& options, const std::string& target, const std::string& reason) {
  const auto opened = ControlClient::open(options);
  if (!opened.client) return opened.exit;
  const auto answer =
      opened.client->post(target, json::ObjectText().set("reason", json::to_utf8(reason)).text());
  if (answer.exit != kFine) return answer.exit;
  if (options.json) {
    say(answer.body);
    return kFine;
  }
  const auto document = json::parse(answer.body, {});
  const json::Value* halted = document ? document->root().find("halted") : nullptr;
  if (halted == nullptr || !halted->is(json::Kind::boolean)) {
    return complain(kCannot, "the control plane's answer is not what this version understands");
  }
  say(sentence(document->root(), json::to_text(*halted) == "true"));
  return kFine;
}

}  // namespace

int halt(const CommonOptions& options, const std::string& reason) {
  return turn(options, "/v1/halt", reason);
}

int resume(const CommonOptions& options, const std::string& reason) {
  return turn(options, "/v1/resume", reason);
}

}  // namespace holdfast::app
