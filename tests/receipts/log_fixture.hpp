// A log in a folder of its own, and the entries that others append to it.
#pragma once

#include <gmock/gmock.h>

#include <fstream>
#include <future>
#include <iterator>

#include "core/id.hpp"
#include "crypto/digest.hpp"
#include "crypto/encoding.hpp"
#include "receipts/entry.hpp"
#include "receipts/files.hpp"
#include "receipts/folder.hpp"
#include "receipts/log.hpp"
#include "receipts/merkle.hpp"
#include "receipts/segment.hpp"
#include "receipts/verify.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/temp_folder.hpp"

namespace holdfast::receipts {

inline const std::string kDigest = "sha256:" + std::string(64, 'a');
inline const std::string kRoster =
    R"({"approvers":[{"groups":["lead"],"id":"alice"},{"groups":["lead","legal"],"id":"bob"},{"groups":["sales"],"id":"eve"}]})";

inline std::string slurp(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline void spit(const std::filesystem::path& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

inline json::ObjectText approval(std::string_view kid, std::string_view group,
                                 std::string_view act = "approve") {
  json::ObjectText one;
  one.set("act", act)
      .set("alg", "token")
      .set("kid", kid)
      .set("group", group)
      .set("level", "attested")
      .set("at", 1760000000000);
  return one;
}

class LogFixture : public testing::Test {
 protected:
  LogFixture() {
    options_.data_dir = folder_.path() / "data";
    options_.segment_bytes = 256 * 1024;
    options_.delay = std::chrono::microseconds(50);
  }

  Result<std::unique_ptr<Log>> try_open() { return Log::open(options_, &clock_); }
  void open() {
    auto log = try_open();
    ASSERT_TRUE(log) << log.error().detail;
    log_ = std::move(*log);
  }
  void reopen() {
    log_.reset();
    open();
  }
  [[nodiscard]] std::string open_error() {
    const auto log = try_open();
    return log ? "" : log.error().detail;
  }

  std::string id() { return make_uuid7(clock_.wall()).str(); }

  static Result<Appended> append_to(Log& log, const std::string& kind, json::ObjectText members) {
    std::promise<Result<Appended>> promise;
    auto future = promise.get_future();
    log.append(kind, std::move(members),
               [&](Result<Appended> result) { promise.set_value(std::move(result)); });
    return future.get();
  }
  Result<Appended> append(const std::string& kind, json::ObjectText members) {
    return append_to(*log_, kind, std::move(members));
  }

  static std::string hex_of(const Appended& at) { return crypto::to_hex(crypto::bytes_of(at.leaf)); }

  // The members of a receipt of an allowed call.
  json::ObjectText allowed(const std::string& call, const std::string& entry_id = "") {
    json::ObjectText members = base(call, entry_id, "allow");
    members.set("outcome",
                json::ObjectText().set("state", "succeeded").set("status", 200).set("sent", kDigest));
    return members;
  }
  json::ObjectText base(const std::string& call, const std::string& entry_id, std::string_view effect) {
    json::ObjectText members;
    members.set("id", entry_id.empty() ? id() : entry_id).set("call", call);
    members.set("agent", json::ObjectText().set("id", "assistant").set("auth", "token"));
    members.set("request",
                json::ObjectText().set("digest", kDigest).set("bytes", 17).set("tool", "payment.send"));
    members.set("decision", json::ObjectText().set("effect", effect).set("rule", "r").set("policy", kDigest));
    return members;
  }
  static void add_approvals(json::ObjectText& members, const std::vector<json::ObjectText>& approvals) {
    std::vector<std::string> texts;
    for (const auto& one : approvals)
      texts.push_back(one.text());
    members.set_raw("approvals", json::array_text(texts));
  }
  json::ObjectText authorize(const std::string& call, const std::vector<json::ObjectText>& approvals,
                             int require = 1) {
    json::ObjectText members = base(call, "", "escalate");
    members.set("plan", json::ObjectText()
                            .set("name", "default")
                            .set("require", require)
                            .set_raw("from", R"(["lead","legal"])"));
    add_approvals(members, approvals);
    return members;
  }
  json::ObjectText released(const std::string& call, const Appended& prev,
                            const std::vector<json::ObjectText>& approvals) {
    json::ObjectText members = base(call, "", "escalate");
    members.set("outcome", json::ObjectText().set("state", "succeeded").set("sent", kDigest));
    members.set("prev", json::ObjectText().set("index", prev.index).set("hash", hex_of(prev)));
    if (!approvals.empty()) add_approvals(members, approvals);
    return members;
  }
  void append_roster(const std::string& blob = kRoster) {
    const auto digest = log_->keep_blob(blob);
    ASSERT_TRUE(digest);
    ASSERT_TRUE(append("roster", json::ObjectText().set("id", id()).set("digest", *digest)));
  }

  std::vector<std::string> failures(std::string_view since = "") {
    const auto report = verify_log(options_.data_dir, *read_vkey(options_.data_dir), since);
    return report ? report->failures : std::vector<std::string>{report.error().detail};
  }
  [[nodiscard]] Folder files() const { return Folder(options_.data_dir); }
  [[nodiscard]] std::filesystem::path segment(std::uint64_t first = 0) const {
    return segment_path(files().segments, first);
  }

  test::TempFolder folder_;
  test::ManualClock clock_;
  Options options_;
  std::unique_ptr<Log> log_;
};

}  // namespace holdfast::receipts
