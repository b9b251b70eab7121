#include "tests/control/control_plane.hpp"

#include <fmt/format.h>
#include <stdlib.h>

#include "approvals/credential_marks.hpp"
#include "approvals/store_sqlite.hpp"
#include "core/id.hpp"

namespace holdfast::test {
namespace {

approvals::Approver approver(std::string id, std::string group, std::string_view token,
                             const std::string& secret) {
  approvals::Approver made;
  made.id = std::move(id);
  made.groups = {std::move(group)};
  made.token = Secret(std::string(token));
  if (!secret.empty()) made.webhook = approvals::Webhook{"http://127.0.0.1:9/hook", {Secret(secret)}};
  return made;
}

control::TokenHolder holder(std::string id, std::string_view token, approvals::Roles roles) {
  control::TokenHolder made;
  made.id = std::move(id);
  made.token = Secret(std::string(token));
  made.roles = roles;
  return made;
}

approvals::Plan plan(std::string name, int require, std::string group) {
  approvals::Plan made;
  made.name = std::move(name);
  made.require = require;
  made.from = {std::move(group)};
  return made;
}

std::shared_ptr<const approvals::Options> options() {
  approvals::Options made;
  made.timeout = std::chrono::hours(1);
  made.approvers = {approver("alice", "lead", kAliceToken, kAliceSecret),
                    approver("bob", "lead", "", kBobSecret),
                    approver("carol", "lead", "carol-token-0123456789", ""),
                    approver("mallory", "guest", kMalloryToken, kBobSecret)};
  made.plans = {{"default", plan("default", 1, "lead")},
                {"two", plan("two", 2, "lead")},
                {"guests", plan("guests", 1, "guest")}};
  approvals::mark_credentials(made, crypto::MarkKey::from_seed(Secret(std::string(32, 'k'))));
  return std::make_shared<const approvals::Options>(std::move(made));
}

std::filesystem::path fresh_directory() {
  std::string name = (std::filesystem::temp_directory_path() / "holdfast-control-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory");
  return name;
}

}  // namespace

ControlPlane::ControlPlane() : directory_(fresh_directory()), options_(options()) {
  receipts::Options log_options;
  log_options.data_dir = directory_;
  log_ = receipts::Log::open(log_options, &clock_).value();
  desk_ =
      approvals::Desk::open(approvals::open_sqlite_store(directory_).value(), *options_, &nobody_, &clock_)
          .value();
}

// Here and not in the constructor: a test's own fixture says whether receipts are public.
void ControlPlane::SetUp() {
  auto listening = net::listen("127.0.0.1", "0", {&loop_}).value();
  port_ = listening.acceptors.front()->local_endpoint().port();
  host_ = listening.address;
  kill_switch_ = std::make_unique<control::KillSwitch>(control::KillSwitch::With{
      desk_.get(), desk_context_.get_executor(), served_log(),
      [this](std::function<void()> passed) { fence_(std::move(passed)); }, [this] { ++lifted_; }});
  control::Context context{.loop = &loop_,
                           .desk_queue = &desk_queue_,
                           .desk = desk_.get(),
                           .log = served_log(),
                           .disk = disk_threads_.executor(),
                           .clock = &clock_,
                           .approvals = options_,
                           .options = {.host = "127.0.0.1",
                                       .port = "0",
                                       .url = "https://holdfast.corp.example/base",
                                       .public_metrics = public_metrics(),
                                       .tokens = {holder("audrey", kAuditorToken, {.auditor = true}),
                                                  holder("root", kAdminToken, {.admin = true})}},
                           .not_ready = [this] { return not_ready_; },
                           .collect_metrics = [this](metrics::Page* page) { desk_->metrics().collect(page); },
                           .public_receipts = public_receipts(),
                           .kill_switch = kill_switch_.get()};
  server_ = std::make_unique<control::Server>(std::move(context));
  drainer_ = std::make_unique<net::TaskGroup>(&loop_);
  server_->serve(std::move(listening.acceptors.front()));
  desk_queue_.open(desk_.get());
  desk_thread_ = std::thread([this] { desk_context_.run(); });
  loop_thread_ = std::thread([this] { loop_.run(); });
}

namespace {

net::task<void> drain_then(control::Server* server, std::promise<void>* done) {
  auto draining = server->drain();
  co_await std::move(draining);
  done->set_value();
}

}  // namespace

std::shared_future<void> ControlPlane::begin_drain() {
  if (drain_.valid()) return drain_;
  drain_ = drained_.get_future().share();
  // Two turns of the loop: one that starts the drain, and one after it.
  for (int turn = 0; turn < 2; ++turn) {
    std::promise<void> taken;
    boost::asio::post(loop_.executor(), [&] {
      if (turn == 0) drainer_->spawn(drain_then(server_.get(), &drained_));
      taken.set_value();
    });
    taken.get_future().get();
  }
  return drain_;
}

ControlPlane::~ControlPlane() {
  drain();
  boost::asio::post(loop_.executor(), [this] { loop_.stop(); });
  loop_thread_.join();
  server_.reset();
  desk_work_.reset();
  desk_thread_.join();
  desk_.reset();
  log_.reset();
  std::filesystem::remove_all(directory_);
}

approvals::HoldPtr ControlPlane::hold(const std::string& plan) {
  approvals::HeldCall call;
  call.call_id = make_uuid7(clock_.wall());
  call.agent = "bot";
  call.upstream = "payment";
  call.tool = "payment.send";
  call.operation = "FINANCIAL";
  call.risk_level = "high";
  call.method = "POST";
  call.target = "http://127.0.0.1:9001/v1/send";
  call.args = R"({"amount":5000,"to":"acme"})";
  call.rule = "rule-1";
  call.reason = "Payments over $100 require approval";
  call.plan = plan;
  call.digest = "sha256:" + std::string(64, 'a');
  call.nonce = "secret-nonce-of-the-hold";
  call.match_key = call.call_id;
  return on_desk([&](approvals::Desk& desk) {
    return desk.attach(call, [](const approvals::HoldPtr&) {}).value().hold;
  });
}

Answer ControlPlane::get(std::string_view target, std::string_view headers) const {
  return ask("GET", target, headers, {});
}

Answer ControlPlane::post(std::string_view target, std::string_view headers, std::string_view body) const {
  return ask("POST", target, headers, body);
}

Answer ControlPlane::ask(std::string_view method, std::string_view target, std::string_view headers,
                         std::string_view body) const {
  RawClient client(port_);
  const std::string length = body.empty() ? "" : fmt::format("Content-Length: {}\r\n", body.size());
  client.send(
      fmt::format("{} {} HTTP/1.1\r\nHost: {}\r\n{}{}\r\n{}", method, target, host_, headers, length, body));
  return client.read(method != "HEAD");
}

std::string bearer(std::string_view token) {
  return fmt::format("Authorization: Bearer {}\r\n", token);
}

std::string member(std::string_view document, std::string_view name) {
  const auto read = json::parse(document, json::Limits{});
  if (!read) return "not JSON";
  const json::Value* value = read->root().find(name);
  return value == nullptr ? "absent" : json::to_text(*value);
}

}  // namespace holdfast::test
