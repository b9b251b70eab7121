#include "config/scalar.hpp"

#include <gtest/gtest.h>

#include "config/suggest.hpp"

namespace holdfast::config {
namespace {

using std::chrono::milliseconds;

TEST(Scalar, PlainScalarsFollowJson) {
  using Kind = Scalar::Kind;
  const std::pair<const char*, Kind> rows[] = {
      {"true", Kind::boolean}, {"false", Kind::boolean}, {"null", Kind::null},   {"0", Kind::number},
      {"-0", Kind::number},    {"10", Kind::number},     {"1.50", Kind::number}, {"-1e+5", Kind::number},
      {"2E9", Kind::number},   {"yes", Kind::string},    {"no", Kind::string},   {"True", Kind::string},
      {"~", Kind::string},     {"0x10", Kind::string},   {"0o7", Kind::string},  {"010", Kind::string},
      {"+1", Kind::string},    {".5", Kind::string},     {"1.", Kind::string},   {"1e", Kind::string},
      {"1_000", Kind::string}, {".inf", Kind::string},   {"1:30", Kind::string}, {"", Kind::string},
      {"-", Kind::string},     {"1 ", Kind::string},     {"Null", Kind::string}};
  for (const auto& [text, kind] : rows) {
    EXPECT_EQ(plain_scalar(text).kind, kind) << text;
    EXPECT_EQ(plain_scalar(text).text, text);
  }
  EXPECT_TRUE(plain_scalar("true").flag);
  EXPECT_FALSE(plain_scalar("false").flag);
}

TEST(Scalar, DurationsHaveUnitsLargestFirst) {
  const std::pair<const char*, std::optional<milliseconds>> rows[] = {{"50s", milliseconds(50'000)},
                                                                      {"15m", milliseconds(900'000)},
                                                                      {"24h", milliseconds(86'400'000)},
                                                                      {"2ms", milliseconds(2)},
                                                                      {"1h30m", milliseconds(5'400'000)},
                                                                      {"1s500ms", milliseconds(1500)},
                                                                      {"0s", milliseconds(0)},
                                                                      {"", {}},
                                                                      {"50", {}},
                                                                      {"s", {}},
                                                                      {"1.5h", {}},
                                                                      {"-1s", {}},
                                                                      {"30m1h", {}},
                                                                      {"1s1s", {}},
                                                                      {"1d", {}},
                                                                      {"01s", {}},
                                                                      {"1 s", {}},
                                                                      {"1S", {}},
                                                                      {"9999999999999h", {}},
                                                                      {"99999999999999999999s", {}}};
  for (const auto& [text, duration] : rows)
    EXPECT_EQ(parse_duration(text), duration) << text;
  for (const char* text : {"50s", "1h30m", "2ms", "1s500ms", "0s"}) {
    EXPECT_EQ(duration_text(*parse_duration(text)), text);
  }
}

TEST(Scalar, SizesAreBytesOrBinaryUnits) {
  const std::pair<const char*, std::optional<std::uint64_t>> rows[] = {
      {"100", 100U}, {"0", 0U},   {"32KiB", 32768U}, {"1MiB", 1048576U}, {"1GiB", 1073741824U},
      {"", {}},      {"KiB", {}}, {"1KB", {}},       {"1kib", {}},       {"1.5MiB", {}},
      {"-1", {}},    {"-0", {}},  {"01KiB", {}},     {"1 MiB", {}},      {"99999999999GiB", {}}};
  for (const auto& [text, size] : rows)
    EXPECT_EQ(parse_size(text), size) << text;
}

TEST(Suggest, ASlipOfTheFingerFindsItsWord) {
  const std::vector<std::string> known = {"action", "tool", "when", "reason", "from", "default"};
  EXPECT_EQ(did_you_mean("acton", known), "did you mean `action`?");
  EXPECT_EQ(did_you_mean("Action", known), "did you mean `action`?");
  EXPECT_EQ(did_you_mean("wehn", known), "did you mean `when`?");
  EXPECT_EQ(did_you_mean("zebra", known), "");
  EXPECT_EQ(did_you_mean(std::string(1000, 'a'), known), "");
}

}  // namespace
}  // namespace holdfast::config
