// A roster that is exchanged while operations share a transaction.
#include "tests/approvals/desk_house.hpp"
#include "tests/approvals/full_disk.hpp"

namespace holdfast::approvals::test {
namespace {

// It stands between the votes of before and those of after, also when the transaction fails and each is
// carried out again.
TEST_F(House, AVoteInFrontOfAnotherRosterIsJudgedByTheOneBefore) {
  const Attached held = attach(payment("1", "two"));
  HeldCall large = payment("2");
  large.body = std::string(16 << 20, 'x');  // more than SQLite keeps in memory until the commit
  Options without_alice = options;
  std::erase_if(without_alice.approvers, [](const Approver& approver) { return approver.id == "alice"; });
  std::vector<bool> taken;
  const auto vote = [&](const char* approver) {
    auto counts = std::make_shared<bool>(false);
    return Operation{[&, counts, approver] { *counts = approve(held.hold->id, approver).has_value(); },
                     [&taken, counts] { taken.push_back(*counts); }};
  };
  const auto alone = [](std::function<void()> work) { return Operation{std::move(work), [] {}}; };
  std::vector<Operation> operations{vote("alice"), alone([&] { desk->set_options(without_alice); }),
                                    vote("alice"), vote("bob"), alone([&] {
                                      const FullDisk full;
                                      (void)desk->attach(large, [](HoldPtr) {});
                                    })};
  auto next = operations.begin();
  desk->carry_out([&] { return next == operations.end() ? std::nullopt : std::optional(*next++); });
  EXPECT_THAT(taken, ::testing::ElementsAre(true, false, true));
  EXPECT_EQ(desk->options().approvers.size(), without_alice.approvers.size());
}

}  // namespace
}  // namespace holdfast::approvals::test
