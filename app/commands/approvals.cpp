#include "app/commands/approvals.hpp"

#include <fmt/format.h>

#include "app/approval_view.hpp"
#include "app/control_client.hpp"
#include "app/exit.hpp"
#include "app/say.hpp"
#include "core/id.hpp"
#include "core/json.hpp"
#include "core/json_text.hpp"

namespace holdfast::app {
namespace {

constexpr json::Limits kAnswer{.bytes = std::size_t{64} << 20U, .depth = 80};

int not_understood() {
  return complain(kCannot, "the control plane's answer is not what this version understands");
}

// Anything else must not become part of a path.
bool is_id(const std::string& id) {
  return is_uuid7(id);
}

int not_an_id(const std::string& id) {
  return complain(
      kUsage, fmt::format("\"{}\" is not the id of an approval; `holdfast approvals list` shows them", id));
}

std::string percent_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain =
        (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
    out += plain ? std::string(1, c)
                 : fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
  }
  return out;
}

}  // namespace

int list_approvals(const CommonOptions& options, const ApprovalQuery& query) {
  const auto opened = ControlClient::open(options);
  if (!opened.client) return opened.exit;
  std::string target = fmt::format("/v1/approvals?limit={}", query.limit);
  if (!query.status.empty()) target += "&status=" + percent_encoded(query.status);
  if (!query.cursor.empty()) target += "&cursor=" + percent_encoded(query.cursor);
  const auto answer = opened.client->get(target);
  if (answer.exit != kFine) return answer.exit;
  if (options.json) {
    say(answer.body);
    return kFine;
  }
  const auto document = json::parse(answer.body, kAnswer);
  const json::Value* approvals = document ? document->root().find("approvals") : nullptr;
  if (approvals == nullptr) return not_understood();
  if (approvals->items().empty()) {
    say("no approvals");
    return kFine;
  }
  write_exactly(approvals_table(approvals->items()));
  const json::Value* next = document->root().find("next");
  if (next != nullptr && next->is(json::Kind::string)) {
    say(fmt::format("more: holdfast approvals list --cursor {}", percent_encoded(next->text())));
  }
  return kFine;
}

int show_approval(const CommonOptions& options, const std::string& id) {
  if (!is_id(id)) return not_an_id(id);
  const auto opened = ControlClient::open(options);
  if (!opened.client) return opened.exit;
  const auto answer = opened.client->get("/v1/approvals/" + id);
  if (answer.exit != kFine) return answer.exit;
  if (options.json) {
    say(answer.body);
    return kFine;
  }
  const auto document = json::parse(answer.body, kAnswer);
  if (!document) return not_understood();
  write_exactly(approval_text(document->root()));
  return kFine;
}

int vote(const CommonOptions& options, Vote vote, const std::string& id, const std::string& reason) {
  if (!is_id(id)) return not_an_id(id);
  const auto opened = ControlClient::open(options);
  if (!opened.client) return opened.exit;
  const auto seen = opened.client->get("/v1/approvals/" + id);
  if (seen.exit != kFine) return seen.exit;
  const auto document = json::parse(seen.body, kAnswer);
  const json::Value* digest = document ? document->root().find("digest") : nullptr;
  if (digest == nullptr || !digest->is(json::Kind::string)) return not_understood();
  if (!options.json) write_exactly(approval_text(document->root()));

  const std::string body =
      json::ObjectText().set("digest", digest->text()).set("reason", json::to_utf8(reason)).text();
  const char* act = vote == Vote::approve ? "approve" : "reject";
  const auto answer = opened.client->post(fmt::format("/v1/approvals/{}/{}", id, act), body);
  if (answer.exit != kFine) return answer.exit;
  if (options.json) {
    say(answer.body);
    return kFine;
  }
  const auto after = json::parse(answer.body, kAnswer);
  if (!after) return not_understood();
  say(vote_outcome(after->root(), vote == Vote::approve));
  return kFine;
}

}  // namespace holdfast::app
