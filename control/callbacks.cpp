#include "control/callbacks.hpp"

#include <fmt/format.h>

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "approvals/plan.hpp"
#include "control/auth.hpp"
#include "control/vote_body.hpp"
#include "core/id.hpp"
#include "core/log.hpp"
#include "crypto/digest.hpp"
#include "crypto/encoding.hpp"
#include "crypto/webhook_signature.hpp"
#include "net/offload.hpp"

namespace holdfast::control {
namespace {

// What we send bears this prefix: a notification that comes back here is not a vote.
constexpr std::string_view kOurs = "hf_out_";

// The header, if it is there exactly once; else empty, which no signature fits.
std::string_view single(const Request& request, std::string_view name) {
  if (net::count_headers(request.headers, name) != 1) return {};
  return net::find_header(request.headers, name)->value;
}

crypto::WebhookHeaders webhook_headers(const Request& request) {
  return {.id = single(request, "webhook-id"),
          .timestamp = single(request, "webhook-timestamp"),
          .signature = single(request, "webhook-signature")};
}

// A secret nobody has, so that an unknown approver takes the same way and the same time as a known one.
const std::vector<Secret>& nobodys_secrets() {
  static const std::vector<Secret> secrets = [] {
    std::array<std::byte, 32> random{};
    fill_random(random);
    const std::string_view bytes(reinterpret_cast<const char*>(random.data()), random.size());
    return std::vector<Secret>{Secret("whsec_" + crypto::to_base64(bytes))};
  }();
  return secrets;
}

struct Sender {
  std::string id;
  std::string credential;  // the mark of the secret that signed
};

// The approver the path names, if its secret signed the request; else nobody, whatever the reason.
std::optional<Sender> verified_sender(const Context& context, const Request& request) {
  const approvals::Approver* named = approvals::find_approver(context.approvals->approvers, request.id);
  const bool known = named != nullptr && named->webhook.has_value() && !named->webhook->secrets.empty();
  const auto& secrets = known ? named->webhook->secrets : nobodys_secrets();
  const auto verified =
      crypto::verify_webhook(secrets, webhook_headers(request), request.body, context.clock->wall());
  if (!known || !verified) return std::nullopt;
  const auto& marks = named->marks.secrets;
  return Sender{named->id, *verified < marks.size() ? marks[*verified] : std::string()};
}

// One answer for every reason: none of them tells who has a webhook here.
Response refuse_unsigned(Plane* plane, const Request& request) {
  // A good signature is never refused for the failures of others at its address: it cannot be guessed as a
  // token might be, and whoever shares the address could otherwise keep approvers from voting.
  const auto wait = plane->failures.wait(request.peer);
  if (wait.count() > 0) return too_many_failures(wait);
  plane->failures.failed(request.peer);
  log::warning("callback_unauthenticated",
               {{"peer", request.peer.to_string()}, {"path", path_of(request.target)}});
  Response response =
      problem(401,
              "the callback's signature does not hold: check webhook-id, webhook-timestamp (within 5 "
              "minutes) and webhook-signature, made over the raw body with this approver's secret");
  response.headers.emplace_back("WWW-Authenticate", "Standard-Webhooks realm=\"holdfast\"");
  return response;
}

Response refuse_signed(const Request& request, std::string_view what, const Error& error) {
  log::warning(what, {{"approver", request.id},
                      {"webhook_id", single(request, "webhook-id")},
                      {"peer", request.peer.to_string()},
                      {"detail", error.detail}});
  return problem(error);
}

// What was signed and by what, as it came, so that the HMAC can be checked again by whoever has the secret.
std::string evidence_of(const Request& request) {
  const crypto::WebhookHeaders headers = webhook_headers(request);
  return fmt::format("webhook-id: {}\nwebhook-timestamp: {}\nwebhook-signature: {}\n\n{}", headers.id,
                     headers.timestamp, headers.signature, request.body);
}

struct SignedVote {
  approvals::Callback callback;
  approvals::VoteRequest vote;
  std::string evidence;  // the blob; its digest goes into the vote
};

// A vote that cannot count leaves no evidence, or one approver could fill the disk. Desk thread only.
bool may_count(const approvals::Desk& desk, const approvals::VoteRequest& vote) {
  const approvals::HoldPtr hold = desk.find(vote.hold);
  return hold != nullptr && hold->status == approvals::Status::pending &&
         approvals::may_vote(*hold, desk.options(), vote.approver);
}

// The digest of the evidence once it is durable; empty when the vote cannot count. Kept before the vote is
// taken, on another thread: the desk does not wait for the disk.
net::task<Result<std::string>> keep_evidence(Plane* plane, std::shared_ptr<const SignedVote> signed_vote) {
  auto look = [desk = plane->context.desk, signed_vote] {
    const auto replayed = desk->replayed(signed_vote->callback);
    return replayed && !*replayed && may_count(*desk, signed_vote->vote);
  };
  const bool counts = co_await approvals::ask(plane->context.desk_queue, std::move(look));
  if (!counts) co_return std::string();
  auto keep = [log = plane->context.log, signed_vote] { return log->keep_blob(signed_vote->evidence); };
  co_return co_await net::offload(plane->context.disk, std::move(keep));
}

// Desk thread only: replayed and recorded without anything in between. Should the vote count only now, its
// evidence is kept here.
Result<approvals::CallbackAnswer> record(approvals::Desk& desk, receipts::Log& log, SignedVote signed_vote) {
  auto replayed = desk.replayed(signed_vote.callback);
  if (!replayed) return fail(replayed.error());
  if (*replayed) return **replayed;
  if (signed_vote.vote.evidence.empty() && may_count(desk, signed_vote.vote)) {
    auto digest = log.keep_blob(signed_vote.evidence);
    if (!digest) return fail(digest.error());
    signed_vote.vote.evidence = std::move(*digest);
  }
  return desk.callback(signed_vote.callback, signed_vote.vote);
}

SignedVote signed_vote_of(const Request& request, const Sender& sender, CallbackBody body) {
  SignedVote signed_vote;
  signed_vote.callback = {.approver = sender.id,
                          .id = std::string(single(request, "webhook-id")),
                          .body_hash = crypto::digest_text(crypto::sha256(request.body)).str()};
  signed_vote.vote = {.hold = std::move(body.hold),
                      .approver = sender.id,
                      .act = body.act,
                      .digest = std::move(body.vote.digest),
                      .reason = std::move(body.vote.reason),
                      .level = 0,
                      .method = "webhook-hmac-sha256",
                      .evidence = "",
                      .credential = sender.credential};
  signed_vote.evidence = evidence_of(request);
  return signed_vote;
}

}  // namespace

net::task<Response> take_callback(Plane* plane, const Request* request) {
  const auto roster = plane->context.approvals;
  const std::optional<Sender> sender = verified_sender(plane->context, *request);
  if (!sender) co_return refuse_unsigned(plane, *request);

  if (single(*request, "webhook-id").starts_with(kOurs)) {
    const Error bounced{Code::malformed, "a webhook-id of ours came back: a callback needs an id of its own"};
    co_return refuse_signed(*request, "callback_bounced", bounced);
  }
  auto body = read_callback(request->body, sender->id);
  if (!body) co_return refuse_signed(*request, "callback_malformed", body.error());

  const auto signed_vote = std::make_shared<SignedVote>(signed_vote_of(*request, *sender, std::move(*body)));
  auto evidence = co_await keep_evidence(plane, signed_vote);
  if (!evidence) co_return refuse_signed(*request, "callback_refused", evidence.error());
  signed_vote->vote.evidence = std::move(*evidence);
  // Keeping it took a while, in which the roster may have become another: the desk would judge by that one
  // whom the one before let in.
  if (plane->context.approvals != roster && !verified_sender(plane->context, *request))
    co_return refuse_unsigned(plane, *request);
  auto recording =
      approvals::ask(plane->context.desk_queue, [desk = plane->context.desk, log = plane->context.log,
                                                 signed_vote] { return record(*desk, *log, *signed_vote); });
  Result<approvals::CallbackAnswer> answer = co_await std::move(recording);
  if (!answer) co_return refuse_signed(*request, "callback_refused", answer.error());
  Response response = json_answer(std::move(answer->body));
  response.status = answer->status;
  if (answer->status != 200) response.type = "application/problem+json";
  co_return response;
}

}  // namespace holdfast::control
