// A control plane on a port of its own, with a real desk on SQLite and a real receipt log in a directory of
// their own; only time is moved by hand.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "approvals/desk.hpp"
#include "control/kill_switch.hpp"
#include "control/server.hpp"
#include "core/json.hpp"
#include "core/json_text.hpp"
#include "net/disk_threads.hpp"
#include "net/loop.hpp"
#include "net/task_group.hpp"
#include "receipts/log.hpp"
#include "tests/control/raw_client.hpp"
#include "tests/support/manual_clock.hpp"

namespace holdfast::test {

inline constexpr std::string_view kAliceToken = "alice-token-0123456789";
inline constexpr std::string_view kMalloryToken = "mallory-token-9876543";
inline constexpr std::string_view kAuditorToken = "audrey-token-0123456789";
inline constexpr std::string_view kAdminToken = "root-token-0123456789";
inline const std::string kAliceSecret = "whsec_QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=";
inline const std::string kBobSecret = "whsec_QkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkI=";

class Nobody final : public approvals::Notifier {
 public:
  void notify(approvals::Event, approvals::HoldPtr) override {}
};

// alice (lead; token, webhook), bob (lead; webhook), carol (lead; token, no webhook), mallory (guest; token,
// webhook); audrey, an auditor, and root, an admin, by token.
class ControlPlane : public testing::Test {
 protected:
  ControlPlane();
  ~ControlPlane() override;
  void SetUp() override;

  [[nodiscard]] virtual bool public_receipts() const { return false; }
  [[nodiscard]] virtual bool public_metrics() const { return true; }
  // What the server is given for a log.
  [[nodiscard]] virtual receipts::Log* served_log() { return log_.get(); }

  // A pending hold of agent `bot`, named by the plan `default` (one of the group lead) or another plan.
  approvals::HoldPtr hold(const std::string& plan = "default");

  // `GET /path` and the rest of the head; Host is right and the connection new.
  [[nodiscard]] Answer get(std::string_view target, std::string_view headers = {}) const;
  [[nodiscard]] Answer post(std::string_view target, std::string_view headers, std::string_view body) const;
  [[nodiscard]] Answer ask(std::string_view method, std::string_view target, std::string_view headers,
                           std::string_view body) const;

  // `f(desk)` on the desk's thread.
  template <class F>
  auto on_desk(F f) {
    std::packaged_task<decltype(f(*desk_))()> work([&] { return f(*desk_); });
    auto result = work.get_future();
    boost::asio::post(desk_context_, [&work] { work(); });
    return result.get();
  }
  [[nodiscard]] approvals::HoldPtr now(const std::string& id) {
    return on_desk([&](approvals::Desk& desk) { return desk.find(id); });
  }
  void drain() { begin_drain().get(); }
  // The drain has begun when this returns; ready when it is over.
  std::shared_future<void> begin_drain();

  ManualClock clock_;
  std::filesystem::path directory_;
  std::shared_ptr<const approvals::Options> options_;
  Nobody nobody_;
  std::unique_ptr<receipts::Log> log_;
  std::unique_ptr<approvals::Desk> desk_;
  std::string not_ready_;  // what not_ready() says; set before asking
  std::function<void(std::function<void()>)> fence_ = [](auto passed) { passed(); };  // set before asking
  std::atomic<int> lifted_{0};
  std::unique_ptr<control::KillSwitch> kill_switch_;
  unsigned short port_ = 0;
  std::string host_;  // 127.0.0.1:port

 private:
  boost::asio::io_context desk_context_;
  boost::asio::executor_work_guard<net::Executor> desk_work_{desk_context_.get_executor()};
  approvals::DeskQueue desk_queue_{desk_context_.get_executor()};
  std::thread desk_thread_;
  net::DiskThreads disk_threads_;
  net::Loop loop_{0};
  std::unique_ptr<control::Server> server_;
  std::unique_ptr<net::TaskGroup> drainer_;
  std::thread loop_thread_;
  std::promise<void> drained_;
  std::shared_future<void> drain_;
};

// `Authorization: Bearer <token>` as a header line.
[[nodiscard]] std::string bearer(std::string_view token);

// The member of a JSON object as compact text; "absent" when it is not there, "not JSON" when it is not.
[[nodiscard]] std::string member(std::string_view document, std::string_view name);

}  // namespace holdfast::test
