#include <gmock/gmock.h>

#include "crypto/note.hpp"
#include "tests/app/process.hpp"

namespace holdfast::app {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

constexpr const char* kBare = "version: 1\ndata_dir: ./data\nreceipts: {origin: log.example/1}\n";

TEST(KeysCommand, InitMakesTheKeyAndShowPrintsItsPublicHalf) {
  Desk desk;
  desk.write("holdfast.yaml", kBare);
  const Finished made = desk.run({"keys", "init"});
  EXPECT_EQ(made.exit, 0) << made.err;
  EXPECT_THAT(made.out, StartsWith("made the key "));
  EXPECT_EQ(desk.read("data/keys/log.ed25519").size(), 32U);

  const Finished shown = desk.run({"keys", "show", "--vkey"});
  EXPECT_EQ(shown.exit, 0);
  ASSERT_THAT(shown.out, StartsWith("log.example/1+"));
  EXPECT_TRUE(crypto::parse_vkey(shown.out.substr(0, shown.out.size() - 1)));
  EXPECT_EQ(shown.out.find('\n'), shown.out.size() - 1);
  EXPECT_THAT(made.out, HasSubstr(shown.out));
  EXPECT_THAT(desk.run({"keys", "show"}).out, HasSubstr("origin:      log.example/1\n"));
  EXPECT_THAT(desk.run({"keys", "show", "--json"}).out, StartsWith(R"({"keys":[{"algorithm":"ed25519",)"));
}

TEST(KeysCommand, ASecondInitKeepsTheKey) {
  Desk desk;
  desk.write("holdfast.yaml", kBare);
  ASSERT_EQ(desk.run({"keys", "init"}).exit, 0);
  const std::string key = desk.read("data/keys/log.ed25519");
  const Finished again = desk.run({"keys", "init"});
  EXPECT_EQ(again.exit, 0);
  EXPECT_THAT(again.out, HasSubstr("is there already and was kept"));
  EXPECT_EQ(desk.read("data/keys/log.ed25519"), key);
}

TEST(KeysCommand, NoOutputHoldsThePrivateKey) {
  Desk desk;
  desk.write("holdfast.yaml", kBare);
  const Finished made = desk.run({"keys", "init"});
  const Finished shown = desk.run({"keys", "show"});
  const std::string seed = desk.read("data/keys/log.ed25519");
  EXPECT_THAT(made.out + shown.out, testing::Not(HasSubstr(seed)));
}

TEST(KeysCommand, ShowWithoutAKeySaysHowToMakeOne) {
  Desk desk;
  desk.write("holdfast.yaml", kBare);
  const Finished done = desk.run({"keys", "show"});
  EXPECT_EQ(done.exit, 3);
  EXPECT_EQ(done.err,
            "holdfast: there is no key in data: `holdfast keys init` or the first `holdfast run` makes it\n");
  EXPECT_THAT(done.out, IsEmpty());
}

TEST(KeysCommand, TokensOfTheConfigurationAreNotNeeded) {
  Desk desk;
  desk.write("holdfast.yaml", kConfig);  // ALICE_TOKEN is not set
  EXPECT_EQ(desk.run({"keys", "init"}).exit, 0);
}

TEST(KeysCommand, AConfigurationThatCannotBeReadIsNamed) {
  const Finished done = Desk().run({"keys", "show", "--config", "gone.yaml"});
  EXPECT_EQ(done.exit, 3);
  EXPECT_THAT(done.err, StartsWith("holdfast: gone.yaml: cannot be read: No such file or directory"));
}

}  // namespace
}  // namespace holdfast::app
