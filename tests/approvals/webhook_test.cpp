// Notices against a real HTTP server on loopback.
#include "approvals/channels/webhook.hpp"

#include <boost/asio/ip/address.hpp>
#include <deque>
#include <map>

#include "approvals/hold_json.hpp"
#include "crypto/webhook_signature.hpp"
#include "net/http_server.hpp"
#include "net/listener.hpp"
#include "net/task_group.hpp"
#include "tests/approvals/desk_house.hpp"

namespace holdfast::approvals::test {
namespace {

using ::testing::ElementsAre;

constexpr const char* kSecret = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz";

struct Received {
  std::string path;
  std::map<std::string, std::string> headers;  // lower-case names
  std::string body;
};

// An approver's endpoint: answers with the next status of a list, then with the last for ever.
class Receiver {
 public:
  explicit Receiver(net::Loop* loop) : loop_(loop), group_(loop) {
    auto listening = net::listen("127.0.0.1", "0", {loop});
    EXPECT_TRUE(listening);
    listening_ = std::move(*listening);
    group_.spawn(accept_all());
  }
  [[nodiscard]] std::string url(const std::string& path) const {
    return "http://" + listening_.address + path;
  }
  [[nodiscard]] std::size_t count(const std::string& event) const {
    std::size_t found = 0;
    for (const Received& one : received)
      found += one.body.find("\"event\":\"" + event + "\"") != std::string::npos;
    return found;
  }
  net::task<void> stop() {
    for (const auto& acceptor : listening_.acceptors)
      acceptor->close();
    group_.cancel();
    co_await group_.wait();
  }

  std::vector<Received> received;
  std::deque<int> statuses{200};

 private:
  net::task<void> accept_all() {
    while (true) {
      auto socket = co_await net::accept(listening_.acceptors.front().get());
      if (!socket) co_return;
      group_.spawn(serve(std::move(*socket)));
    }
  }
  net::task<void> serve(net::Socket socket) {
    net::HttpServer server(loop_, std::move(socket), {});
    const auto head = co_await server.read_head();
    if (!head) co_return;
    Received one{std::string(head->target), {}, {}};
    for (const net::HeaderLine& line : head->headers)
      one.headers[net::to_lower(line.name)] = line.value;
    const auto body = co_await server.read_body(1 << 20);
    if (!body) co_return;
    one.body = *body;
    received.push_back(std::move(one));
    const int status = statuses.front();
    if (statuses.size() > 1) statuses.pop_front();
    const std::string text =
        "HTTP/1.1 " + std::to_string(status) +
        " Answer\r\nLocation: /elsewhere\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    const std::array<std::string_view, 1> pieces{text};
    const auto written = co_await server.write(pieces);
    EXPECT_TRUE(written);
    server.close();
  }

  net::Loop* loop_;
  net::Listening listening_;
  net::TaskGroup group_;
};

class Webhooks : public ::testing::Test {
 protected:
  Webhooks() {
    options = house_options();
    options.approvers[0].webhook = Webhook{receiver.url("/alice"), {Secret(kSecret)}};
    hold.id = "0199b3a0-0000-7000-8000-0000000000aa";
    hold.call = payment();
    hold.quorum.from = {"lead"};
    hold.created_at = clock.wall();
    hold.expires_at = clock.wall() + options.timeout;
  }
  void start() {
    Retry retry{Milliseconds(1), Milliseconds(2), tries};
    notifier = std::make_unique<WebhookNotifier>(
        &loop, options, &clock,
        [this](const std::string&, const std::string& approver) { arrived.push_back(approver); }, retry);
  }
  void notify(Event event) { notifier->notify(event, std::make_shared<const Hold>(hold)); }
  // Serves until it is so. A test that waits for what never comes fails here, not by hanging.
  template <class Done>
  void until(Done done) {
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!done() && std::chrono::steady_clock::now() < give_up)
      loop.context().run_one_for(std::chrono::seconds(1));
    ASSERT_TRUE(done()) << "did not happen";
  }
  void TearDown() override {
    bool stopped = false;
    net::TaskGroup last(&loop);
    last.spawn(stop(&stopped));
    until([&] { return stopped && last.size() == 0; });
    notifier.reset();
  }
  net::task<void> stop(bool* stopped) {
    if (notifier) co_await notifier->stop();
    co_await receiver.stop();
    *stopped = true;
  }

  net::Loop loop{0};
  Receiver receiver{&loop};
  holdfast::test::ManualClock clock;
  Options options;
  Hold hold;
  int tries = 3;
  std::vector<std::string> arrived;
  std::unique_ptr<WebhookNotifier> notifier;
};

TEST_F(Webhooks, ARequestArrivesSignedAsStandardWebhooksAsk) {
  start();
  notify(Event::requested);
  until([&] { return !arrived.empty(); });
  ASSERT_EQ(receiver.received.size(), 1u);
  Received& got = receiver.received[0];
  EXPECT_EQ(got.path, "/alice");
  EXPECT_EQ(got.headers["content-type"], "application/json");
  EXPECT_EQ(got.body, notification_json(Event::requested, hold, "alice", options.control_url));
  EXPECT_EQ(got.headers["webhook-id"], webhook_id(Event::requested, hold.id, "alice"));
  const crypto::WebhookHeaders headers{got.headers["webhook-id"], got.headers["webhook-timestamp"],
                                       got.headers["webhook-signature"]};
  EXPECT_TRUE(crypto::verify_webhook({Secret(kSecret)}, headers, got.body, clock.wall()));
  EXPECT_FALSE(crypto::verify_webhook({Secret(kSecret)}, headers, got.body + " ", clock.wall()));
  EXPECT_THAT(arrived, ElementsAre("alice"));
}

TEST_F(Webhooks, EveryTryHasTheSameIdAndBodyUntilOneIsTaken) {
  receiver.statuses = {500, 302, 404, 503, 204};
  start();
  notify(Event::requested);
  until([&] { return !arrived.empty(); });
  ASSERT_EQ(receiver.received.size(), 5u)
      << "more than the tries of other notices, and no redirect is followed";
  for (Received& one : receiver.received) {
    EXPECT_EQ(one.path, "/alice");
    EXPECT_EQ(one.headers["webhook-id"], receiver.received[0].headers["webhook-id"]);
    EXPECT_EQ(one.body, receiver.received[0].body);
  }
}

TEST_F(Webhooks, EveryTryThatDoesNotArriveIsCountedUnderItsEvent) {
  receiver.statuses = {500, 404, 204};
  start();
  notify(Event::requested);
  until([&] { return !arrived.empty(); });
  metrics::Page page;
  notifier->collect(&page);
  const std::string series = "\nholdfast_notification_failures_total{channel=\"webhook\",event=";
  EXPECT_THAT(page.text(), ::testing::HasSubstr(series + "\"approval.requested\"} 2\n"));
  EXPECT_THAT(page.text(), ::testing::HasSubstr(series + "\"approval.resolved\"} 0\n"));
}

TEST_F(Webhooks, ARequestIsNoLongerSentOnceItIsDecidedAndOtherNoticesAreGivenUp) {
  receiver.statuses = {500};
  tries = 20;
  start();
  notify(Event::requested);
  until([&] { return receiver.count("approval.requested") >= 5; });
  hold.status = Status::approved;
  notify(Event::resolved);
  until([&] { return receiver.count("approval.resolved") >= 1; });
  const std::size_t before = receiver.count("approval.requested");
  until([&] { return receiver.count("approval.resolved") >= 20; });
  EXPECT_LE(receiver.count("approval.requested"), before + 1) << "one may have been under way";
  notify(Event::completed);
  until([&] { return receiver.count("call.completed") >= 20; });
  EXPECT_EQ(receiver.count("approval.resolved"), 20u);
  EXPECT_THAT(arrived, ElementsAre());
}

TEST_F(Webhooks, WhomItReachedBeforeARestartIsLeftOut) {
  options.approvers[1].webhook = Webhook{receiver.url("/bob"), {Secret(kSecret)}};
  hold.notified = {"alice"};
  start();
  notify(Event::requested);
  until([&] { return !arrived.empty(); });
  EXPECT_THAT(arrived, ElementsAre("bob"));
  EXPECT_EQ(receiver.received.size(), 1u);
}

TEST_F(Webhooks, OnlyApproversOfThePlanAreTold) {
  options.approvers[3].webhook = Webhook{receiver.url("/dave"), {Secret(kSecret)}};
  start();
  notify(Event::requested);
  notify(Event::completed);
  until([&] { return receiver.count("call.completed") == 1 && !arrived.empty(); });
  for (const Received& one : receiver.received)
    EXPECT_EQ(one.path, "/alice");
}

TEST_F(Webhooks, NothingIsSentAfterStop) {
  receiver.statuses = {500};
  start();
  notify(Event::requested);
  until([&] { return receiver.received.size() >= 2; });
  bool stopped = false;
  net::TaskGroup last(&loop);
  last.spawn(stop(&stopped));
  until([&] { return stopped && last.size() == 0; });
  const std::size_t before = receiver.received.size();
  notify(Event::completed);
  loop.context().poll();
  EXPECT_EQ(receiver.received.size(), before);
}

TEST(WebhookId, TellsEventsHoldsAndApproversApartAndLooksLikeOurs) {
  const std::string id = webhook_id(Event::requested, "hold-1", "alice");
  EXPECT_TRUE(id.starts_with("hf_out_requested_hold-1_"));
  EXPECT_EQ(id.find('.'), std::string::npos) << "a dot would make the signed text ambiguous";
  EXPECT_EQ(id.find("alice"), std::string::npos);
  EXPECT_NE(webhook_id(Event::resolved, "hold-1", "alice"), id);
  EXPECT_NE(webhook_id(Event::requested, "hold-2", "alice"), id);
  EXPECT_NE(webhook_id(Event::requested, "hold-1", "bob"), id);
}

TEST(WebhookTarget, PrivateRangesMustBeListed) {
  Options options;
  options.allow_private_webhooks = {"hooks.internal"};
  const auto may = [&](const char* host, const char* address) {
    return may_send_to(options, host, net::asio::ip::make_address(address));
  };
  EXPECT_TRUE(may("hooks.example", "93.184.216.34"));
  EXPECT_TRUE(may("localhost", "127.0.0.1"));
  EXPECT_TRUE(may("localhost", "::1"));
  EXPECT_TRUE(may("Hooks.Internal", "10.0.0.5"));
  EXPECT_FALSE(may("hooks.example", "10.0.0.5"));
  EXPECT_FALSE(may("hooks.example", "192.168.1.1"));
  EXPECT_FALSE(may("hooks.example", "169.254.169.254"));
  EXPECT_FALSE(may("hooks.example", "::ffff:10.0.0.5"));
  EXPECT_FALSE(may("hooks.example", "fd00::1"));
  EXPECT_FALSE(may("hooks.example", "0.0.0.0"));
}

TEST(Backoff, DoublesUpToTheLongestAndDrawsTheUpperHalf) {
  const Retry retry{std::chrono::seconds(1), std::chrono::seconds(10), 8};
  EXPECT_EQ(backoff(retry, 1, 0), Milliseconds(500));
  EXPECT_EQ(backoff(retry, 1, 500), Milliseconds(1000));
  EXPECT_EQ(backoff(retry, 3, 0), Milliseconds(2000));
  EXPECT_EQ(backoff(retry, 1000, 0), Milliseconds(5000));
  for (std::uint32_t lot : {0U, 1U, 4'999U, 5'000U, 5'001U, 4'294'967'295U}) {
    EXPECT_GE(backoff(retry, 9, lot), Milliseconds(5000));
    EXPECT_LE(backoff(retry, 9, lot), Milliseconds(10'000));
  }
}

}  // namespace
}  // namespace holdfast::approvals::test
