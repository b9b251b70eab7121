// A desk with a real SQLite file, two clocks moved by hand, and a roster of four: what the tests of the desk
// say.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "approvals/desk.hpp"
#include "approvals/store_sqlite.hpp"
#include "tests/approvals/witness.hpp"
#include "tests/support/manual_clock.hpp"

namespace holdfast::approvals::test {

class TemporaryDirectory {
 public:
  explicit TemporaryDirectory(const std::filesystem::path& in = std::filesystem::temp_directory_path()) {
    std::string name = (in / "holdfast-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

struct Notice {
  Event event;
  HoldPtr hold;
};

// For tests of older versions of the store: what version 7 added is not there.
inline constexpr const char* kDropSinceVersion7 =
    "DROP TABLE spends; DROP TABLE windows; DROP TABLE unsettled; DROP TABLE limit_time; DROP TABLE labels; "
    "ALTER TABLE holds DROP COLUMN shown;";

class Notices final : public Notifier {
 public:
  void notify(Event event, HoldPtr hold) override {
    if (look) look(event, *hold);
    all.push_back({event, std::move(hold)});
  }
  [[nodiscard]] std::vector<Event> events() const {
    std::vector<Event> found;
    for (const Notice& notice : all)
      found.push_back(notice.event);
    return found;
  }
  std::vector<Notice> all;
  std::function<void(Event, const Hold&)> look;
};

// What a credential of the house is marked by, so that tests need no key.
inline std::string mark_of(const std::string& id) {
  return "mark-of-" + id;
}

inline Approver person(std::string id, std::vector<std::string> groups) {
  Approver approver;
  approver.token = Secret("token-of-" + id + "-0123456789");
  approver.marks.token = mark_of(id);
  approver.id = std::move(id);
  approver.groups = std::move(groups);
  return approver;
}

inline Plan plan(std::string name, int require, std::vector<std::string> from) {
  Plan made;
  made.name = std::move(name);
  made.require = require;
  made.from = std::move(from);
  return made;
}

inline Options house_options() {
  Options options;
  options.timeout = std::chrono::hours(1);
  options.approvers = {person("alice", {"lead"}), person("bob", {"lead", "security"}),
                       person("carol", {"security"}), person("dave", {"outside"})};
  options.plans["default"] = plan("default", 1, {"lead"});
  options.plans["two"] = plan("two", 2, {"lead", "security"});
  options.control_url = "https://holdfast.example";
  return options;
}

inline constexpr const char* kDigest =
    "sha256:00000000000000000000000000000000000000000000000000000000000000aa";

inline HeldCall payment(const std::string& match_key = "key-1", const std::string& plan_name = "default") {
  HeldCall call;
  call.call_id = "0199b3a0-0000-7000-8000-000000000001";
  call.agent = "bot";
  call.trust_tier = 3;
  call.upstream = "payment";
  call.tool = "payment.send";
  call.operation = "FINANCIAL";
  call.risk_level = "high";
  call.method = "POST";
  call.target = "http://127.0.0.1:9001/v1/send";
  call.args = R"({"amount":5000.00,"to":"Zoe"})";
  call.headers = R"([{"name":"x-on-behalf-of","value":"ceo"}])";
  call.rule = "rule-1";
  call.reason = "Payments over $100 require approval";
  call.plan = plan_name;
  call.digest = kDigest;
  call.nonce = "nonce-that-nobody-sees";
  call.match_key = match_key;
  call.policy = "sha256:policy";
  return call;
}

inline StoredResponse answer(std::string body = R"({"ok":true})") {
  return {200, {{"Content-Type", "application/json"}}, std::move(body), true, {}};
}

class House : public ::testing::Test {
 protected:
  House() = default;
  explicit House(const std::filesystem::path& data) : directory(data) {}

  void SetUp() override { open(); }

  virtual std::unique_ptr<ApprovalStore> store() {
    auto opened = open_sqlite_store(directory.path());
    EXPECT_TRUE(opened) << opened.error().detail;
    return opened ? std::move(*opened) : nullptr;
  }
  void open() {
    auto opened = Desk::open(store(), options, &notices, &clock);
    ASSERT_TRUE(opened) << opened.error().detail;
    desk = std::move(*opened);
  }
  // As after a crash: nothing is said goodbye to.
  void restart() {
    desk.reset();
    notices.all.clear();
    open();
  }

  Attached attach(const HeldCall& call) {
    auto attached = desk->attach(call, [this](HoldPtr hold) { told.push_back(std::move(hold)); });
    EXPECT_TRUE(attached) << attached.error().detail;
    return attached ? std::move(*attached) : Attached{std::make_shared<const Hold>()};
  }
  static VoteRequest ballot(const std::string& id, const std::string& approver, Act act = Act::approve) {
    return {id, approver, act, kDigest, "looked at it", 0, "token", "sha256:evidence", mark_of(approver)};
  }
  Result<HoldPtr> approve(const std::string& id, const std::string& approver) {
    return desk->vote(ballot(id, approver));
  }
  Result<HoldPtr> reject(const std::string& id, const std::string& approver) {
    return desk->vote(ballot(id, approver, Act::reject));
  }
  Status status(const std::string& id) { return desk->find(id)->status; }
  // Opens, approves and releases.
  Attached running(const HeldCall& call) {
    const Attached attached = attach(call);
    const auto approved = approve(attached.hold->id, "bob");
    EXPECT_TRUE(approved);
    EXPECT_TRUE(desk->release(attached.hold->id, (*approved)->version));
    return attached;
  }

  TemporaryDirectory directory;
  holdfast::test::ManualClock clock;
  Options options = house_options();
  Notices notices;
  std::vector<HoldPtr> told;  // what watchers heard
  std::unique_ptr<Desk> desk;
};

// With somebody who stands before the store.
class WitnessedHouse : public House {
 protected:
  using House::House;

  std::unique_ptr<ApprovalStore> store() override {
    auto standing_by = std::make_unique<Witness>(House::store(), &written);
    witness = standing_by.get();
    return standing_by;
  }

  Witness* witness = nullptr;  // the desk's
  std::vector<Hold> written;   // in its order
};

// ASSERT_REFUSED(result, Code::conflict, "already voted")
#define EXPECT_REFUSED(result, expected, words)                              \
  do {                                                                       \
    const auto& refused_ = (result);                                         \
    EXPECT_FALSE(refused_.has_value());                                      \
    if (!refused_) {                                                         \
      EXPECT_EQ(refused_.error().code, expected) << refused_.error().detail; \
      EXPECT_THAT(refused_.error().detail, ::testing::HasSubstr(words));     \
    }                                                                        \
  } while (false)

}  // namespace holdfast::approvals::test
