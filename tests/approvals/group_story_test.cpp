// Whatever happens in one transaction comes out as if it had happened one after the other, whether that
// transaction goes well or fails and each is carried out again.
#include <tuple>

#include "tests/approvals/story.hpp"

namespace holdfast::approvals::test {
namespace {

enum class Commit : std::uint8_t { each, together, fails_once };

class GroupStory : public Story {
 protected:
  static constexpr std::array kAsked{
      Happening::alice_approves, Happening::bob_approves,  Happening::bob_rejects,
      Happening::tick,           Happening::client_leaves, Happening::client_cancels,
      Happening::client_returns, Happening::admin_cancels, Happening::release,
      Happening::undo,           Happening::answer};

  void play(const Sequence& before, const Sequence& group, Commit how) {
    begin();
    for (const Happening what : before)
      let(what);
    if (how == Commit::each) {
      for (const Happening what : group)
        let(what);
    } else {
      carry_out(group, how == Commit::fails_once);
    }
    check();
  }

  Standpoint end_of(const Sequence& before, const Sequence& group, Commit how) {
    play(before, group, how);
    Standpoint end = standpoint();
    drain();
    return end + " " + std::string(resolution(now())) +
           fmt::format(" {}", std::count_if(notices.all.begin(), notices.all.end(),
                                            [this](const Notice& n) { return n.hold->id == id; }));
  }

 private:
  void carry_out(const Sequence& group, bool fails) {
    // What the story believes is undone as the desk's memory is.
    auto believed =
        std::tie(call, id, watch, stories, sends, releases, claimed, running, authorized, denied, over);
    const std::tuple before(call, id, watch, stories, sends, releases, claimed, running, authorized, denied,
                            over);
    int runs = 0;
    std::size_t next = 0;
    witness->fail_next_commit = fails;
    desk->carry_out([&]() -> std::optional<Operation> {
      if (next == group.size()) return std::nullopt;
      const std::size_t at = next++;
      return Operation{[&, at] {
                         if (at == 0 && runs++ > 0) believed = before;
                         let(group[at]);
                       },
                       [&] { EXPECT_FALSE(witness->in_group()); }};
    });
    EXPECT_LE(runs, fails ? 2 : 1);
    witness->fail_next_commit = false;
  }
};

TEST_F(GroupStory, TwoAtOnceAreAsTwoInARow) {
  using enum Happening;
  const std::vector<Sequence> beginnings{
      {},
      {alice_approves},
      {alice_approves, bob_approves},
      {alice_approves, bob_approves, release},
      {alice_approves, bob_approves, release, send},
      {alice_approves, bob_approves, client_leaves},
      {alice_approves, bob_approves, alice_is_removed},
      {alice_approves, time_runs_out},
      {alice_approves, bob_approves, time_runs_out},
      {client_cancels},
      {client_leaves, bob_rejects},
      {policy_denies, alice_approves, bob_approves},
      {alice_approves, bob_approves, halt},
  };
  for (const Sequence& before : beginnings) {
    for (const Happening first : kAsked) {
      for (const Happening second : kAsked) {
        const Sequence group{first, second};
        SCOPED_TRACE(to_string(before) + "; at once: " + to_string(group));
        const Standpoint each = end_of(before, group, Commit::each);
        EXPECT_EQ(end_of(before, group, Commit::together), each);
        EXPECT_EQ(end_of(before, group, Commit::fails_once), each);
        ASSERT_FALSE(HasFailure());
      }
    }
  }
}

}  // namespace
}  // namespace holdfast::approvals::test
