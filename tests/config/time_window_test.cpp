// `time:` as it is written, in the zones of tzdata.
#include "policy/time_window.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>

#include "tests/config/folder.hpp"

namespace holdfast::config {
namespace {

using policy::TimeWindow;
using policy::Truth;

constexpr const char* kHead =
    "version: 1\ndata_dir: d\nupstreams: []\nrules:\n  - action: deny\n    when: {time: ";

// What is wrong with a window, or nothing.
std::string wrong_with(const std::string& window) {
  Folder folder;
  const Loaded loaded = load(folder.write("a.yaml", kHead + window + "}\n"));
  return fmt::format("{}", fmt::join(folder.texts(loaded.problems), "; "));
}

TimeWindow window(const std::string& written) {
  Folder folder;
  const Loaded loaded = load(folder.write("a.yaml", kHead + written + "}\n"));
  if (!loaded.config) {
    ADD_FAILURE() << wrong_with(written);
    return {};
  }
  const policy::Condition& condition = *loaded.config->policy.rules.at(0).when;
  EXPECT_EQ(condition.kind, policy::Condition::Kind::time);
  return condition.time;
}

// "yes", "no" or "?" at a time of UTC such as 2026-03-29T00:30.
std::string at(const TimeWindow& window, const std::string& utc) {
  const auto time = parse_rfc3339(utc + ":00.000Z");
  if (!time) return "no time";
  const Truth says = policy::is_within(window, *time);
  return says == Truth::yes ? "yes" : says == Truth::no ? "no" : "?";
}

std::string days(const std::string& written) {
  std::string out;
  const TimeWindow read = window("{days: " + written + "}");
  for (int day = 0; day < 7; ++day)
    out += (read.days >> day & 1) != 0 ? "MTWTFSS"[day] : '-';
  return out;
}

TEST(TimeWindow, NamesItsDays) {
  const std::pair<const char*, const char*> rows[] = {
      {"mon-fri", "MTWTF--"},    {"sun", "------S"},
      {"[sat, sun]", "-----SS"}, {"fri-mon", "M---FSS"},
      {"mon-sun", "MTWTFSS"},    {"[mon, wed-fri]", "M-WTF--"},
      {"\"tue\"", "-T-----"},    {"[mon-tue, mon]", "MT-----"},
  };
  for (const auto& [written, expected] : rows)
    EXPECT_EQ(days(written), expected) << written;
}

TEST(TimeWindow, IsOfTheLocalTimeOfItsZone) {
  const TimeWindow berlin = window("{days: mon-fri, between: \"09:00-18:00\", zone: Europe/Berlin}");
  EXPECT_EQ(berlin.zone, "Europe/Berlin");
  EXPECT_EQ(at(berlin, "2026-01-12T07:59"), "no");
  EXPECT_EQ(at(berlin, "2026-01-12T08:00"), "yes") << "in winter an hour ahead of UTC";
  EXPECT_EQ(at(berlin, "2026-07-13T07:00"), "yes") << "in summer two";
  EXPECT_EQ(at(berlin, "2026-07-13T16:00"), "no");
  const TimeWindow kolkata = window("{days: mon, zone: Asia/Kolkata}");
  EXPECT_EQ(at(kolkata, "2026-01-11T18:30"), "yes") << "Monday has begun there";
  EXPECT_EQ(at(kolkata, "2026-01-12T18:30"), "no");
  const TimeWindow utc = window("{between: 09:00-24:00}");
  EXPECT_EQ(at(utc, "2026-07-12T09:00"), "yes");
  EXPECT_EQ(at(utc, "2026-07-12T23:59"), "yes");
  EXPECT_EQ(at(utc, "2026-07-13T00:00"), "no");
}

TEST(TimeWindow, HasNoTimesThatTheClocksDoNotShow) {
  // On 2026-03-29 clocks in Berlin go from 02:00 to 03:00, at 01:00 UTC.
  const TimeWindow gap = window("{between: \"02:00-03:00\", zone: Europe/Berlin}");
  EXPECT_EQ(at(gap, "2026-03-28T01:30"), "yes");
  EXPECT_EQ(at(gap, "2026-03-29T00:59"), "no") << "01:59";
  EXPECT_EQ(at(gap, "2026-03-29T01:00"), "no") << "03:00";
  EXPECT_EQ(at(gap, "2026-03-30T00:30"), "yes");
  const TimeWindow across = window("{days: sat, between: \"22:00-06:00\", zone: Europe/Berlin}");
  EXPECT_EQ(at(across, "2026-03-28T21:00"), "yes") << "22:00";
  EXPECT_EQ(at(across, "2026-03-29T03:59"), "yes") << "05:59, seven hours later";
  EXPECT_EQ(at(across, "2026-03-29T04:00"), "no");
}

TEST(TimeWindow, HasTheHourThatClocksShowTwiceTwice) {
  // On 2026-10-25 clocks in Berlin go from 03:00 to 02:00, at 01:00 UTC.
  const TimeWindow twice = window("{between: \"02:00-03:00\", zone: Europe/Berlin}");
  EXPECT_EQ(at(twice, "2026-10-24T23:59"), "no");
  EXPECT_EQ(at(twice, "2026-10-25T00:00"), "yes");
  EXPECT_EQ(at(twice, "2026-10-25T00:59"), "yes");
  EXPECT_EQ(at(twice, "2026-10-25T01:00"), "yes") << "02:00 again";
  EXPECT_EQ(at(twice, "2026-10-25T01:59"), "yes");
  EXPECT_EQ(at(twice, "2026-10-25T02:00"), "no");
}

TEST(TimeWindow, IsUnknownWhereTheTablesEnd) {
  const TimeWindow berlin = window("{days: mon-sun, zone: Europe/Berlin}");
  EXPECT_EQ(at(berlin, "2037-12-31T23:59"), "yes");
  EXPECT_EQ(at(berlin, "2038-01-01T00:00"), "?");
  EXPECT_EQ(at(berlin, "1969-12-31T23:59"), "?");
  EXPECT_EQ(at(window("{days: mon-sun}"), "2038-01-01T00:00"), "yes") << "UTC needs no table";
}

TEST(TimeWindow, ThatIsNoneSaysWhatItShouldBe) {
  const std::pair<const char*, const char*> rows[] = {
      {"\"09:00\"", "must be a map of days, between and zone"},
      {"{}", "must be a map of days, between and zone"},
      {"{zone: UTC}", "needs `days` or `between`"},
      {"{day: mon}", "did you mean `days`?"},
      {"{days: mon, at: 5}", "unknown key `at` in `rules[0].when.time`"},
      {"{days: monday}", "`rules[0].when.time.days` has no day called `monday`"},
      {"{days: tu}", "did you mean `tue`?"},
      {"{days: mon-}", "has no day called `mon-`"},
      {"{days: Mon}", "did you mean `mon`?"},
      {"{days: []}", "`rules[0].when.time.days` is empty"},
      {"{days: {mon: 1}}", "must be a single value"},
      {"{between: 9-18}", "must be two times of the day, not `9-18`"},
      {"{between: \"09:00\"}", "must be two times of the day"},
      {"{between: \"09:00-25:00\"}", "must be two times of the day"},
      {"{between: \"09:00-18:60\"}", "must be two times of the day"},
      {"{between: \"24:00-06:00\"}", "must be two times of the day"},
      {"{between: \"09:00-24:01\"}", "must be two times of the day"},
      {"{between: \"0x:00-18:00\"}", "must be two times of the day"},
      {"{between: [\"09:00\", \"18:00\"]}", "must be a single value"},
      {"{between: \"09:00-09:00\"}", "begins where it ends"},
      {"{days: mon, zone: Europe/Berln}",
       "there is no time zone `Europe/Berln`\n    hint: did you mean `Europe/Berlin`?"},
      {"{days: mon, zone: Mars}", "there is no time zone `Mars`\n    hint: such as Europe/Berlin"},
      {"{days: mon, zone: localtime}", "there is no time zone `localtime`"},
      {"{days: mon, zone: ../etc/passwd}", "there is no time zone"},
  };
  for (const auto& [written, said] : rows)
    EXPECT_THAT(wrong_with(written), testing::HasSubstr(said)) << written;
  EXPECT_THAT(wrong_with("{days: mon, zone: Nowhere}"), testing::StartsWith("a.yaml:6:36: "));
}

TEST(TimeWindow, MayComeFromTheEnvironment) {
  const Environment environment({{"HF_HOURS", "08:00-09:00"}});
  EXPECT_EQ(window("{between: \"${HF_HOURS}\"}").begin, std::chrono::hours(8));
}

}  // namespace
}  // namespace holdfast::config
