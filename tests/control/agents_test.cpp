// An admin takes labels off an agent: in the receipt log first, or not at all.
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "tests/control/control_plane.hpp"
#include "tests/control/failed_log.hpp"

namespace holdfast::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class TakingLabelsOff : public ControlPlane {
 protected:
  void SetUp() override {
    ControlPlane::SetUp();
    ASSERT_TRUE(on_desk([](approvals::Desk& desk) { return desk.add_labels("bot", {"private"}); }));
  }
  [[nodiscard]] Answer take_off(std::string_view token) const {
    return post("/v1/agents/bot", bearer(token), R"({"remove_labels":["private"]})");
  }
  std::vector<std::string> seen() {
    std::vector<std::string> labels;
    if (const approvals::SeenLabels seen = desk_->labels().of("bot")) {
      for (const approvals::SeenLabel& one : *seen)
        labels.push_back(one.label);
    }
    return labels;
  }
  [[nodiscard]] std::vector<std::string> recorded() const {
    const auto entries = log_->list("", 100, true);
    EXPECT_TRUE(entries);
    std::vector<std::string> out;
    for (const receipts::Stored& stored : *entries)
      if (member(stored.entry, "kind") == "\"roster\"") out.push_back(stored.entry);
    return out;
  }
};

TEST_F(TakingLabelsOff, TheReceiptLogSaysWhoTookWhichOffWhom) {
  const Answer answer = take_off(kAdminToken);
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_THAT(seen(), IsEmpty());
  const std::vector<std::string> entries = recorded();
  ASSERT_THAT(entries, SizeIs(1));
  EXPECT_EQ(member(entries[0], "act"), "\"remove_labels\"");
  EXPECT_EQ(member(entries[0], "agent"), R"({"id":"bot"})");
  EXPECT_EQ(member(entries[0], "by"), R"({"auth":"token","id":"root"})");
  EXPECT_EQ(member(entries[0], "labels"), R"(["private"])");
}

TEST_F(TakingLabelsOff, WhoMayNotLeavesNoEntry) {
  EXPECT_EQ(take_off(kAliceToken).status, 403);
  EXPECT_THAT(recorded(), IsEmpty());
  EXPECT_THAT(seen(), SizeIs(1));
}

class TakingLabelsOffWithAFailedLog : public TakingLabelsOff {
 protected:
  receipts::Log* served_log() override { return &failed_; }

 private:
  FailedLog failed_{log_.get()};
};

TEST_F(TakingLabelsOffWithAFailedLog, TheyStay) {
  const Answer answer = take_off(kAdminToken);
  EXPECT_EQ(answer.status, 503);
  EXPECT_THAT(answer.body, HasSubstr("no label was taken off"));
  EXPECT_THAT(seen(), SizeIs(1));
}

}  // namespace
}  // namespace holdfast::test
