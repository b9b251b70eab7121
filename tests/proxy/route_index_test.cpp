// The index of the routes against asking each tool: the same answer for whatever tools and paths come along.
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "house.hpp"
#include "proxy/route.hpp"
#include "proxy/route_index.hpp"
#include "reference_route.hpp"

namespace holdfast::proxy {
namespace {

using holdfast::test::shop;

const char* const kWords[] = {"users", "me", "v1", "list", "list.json", "caf%C3%A9", "a.b.c", "x-y", "7"};
// What a path may make of a segment.
const char* const kEnds[] = {"",    "",     "",    "",     "",       "",    ".json", ".",
                             "%20", ";v=1", "%3F", "%23x", "..json", "%2F", "%2Ex",  "%253B"};

class Dice {
 public:
  explicit Dice(std::uint32_t seed) : engine_(seed) {}
  std::size_t roll(std::size_t sides) { return engine_() % sides; }
  template <class T, std::size_t N>
  const T& pick(const T (&from)[N]) {
    return from[roll(N)];
  }

 private:
  std::mt19937 engine_;
};

std::string spoilt(std::string word, Dice& dice) {
  if (word.empty()) return word;
  switch (dice.roll(8)) {
    case 0:
      word[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(word[0])));
      return word;
    case 1:
      for (char& c : word)
        c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
      return word;
    case 2:
      return "%20" + word;
    default:
      return word + dice.pick(kEnds);
  }
}

std::string some_path(Dice& dice, bool template_path) {
  std::string path;
  for (std::size_t left = dice.roll(4) + (template_path ? 0 : 1); left > 0; --left) {
    std::string segment = dice.pick(kWords);
    if (template_path && dice.roll(3) == 0) segment = "{p" + std::to_string(left) + "}";
    if (template_path && dice.roll(12) == 0) segment[0] = 'M';
    path += "/" + (template_path ? segment : spoilt(segment, dice));
  }
  if (path.empty()) return "/";
  return path + (dice.roll(6) == 0 ? "/" : "");
}

Upstream some_upstream(Dice& dice) {
  Upstream upstream = shop();
  std::set<std::string> shapes;
  for (std::size_t left = 1 + dice.roll(25); left > 0; --left) {
    const std::string method = dice.roll(4) == 0 ? "POST" : "GET";
    const std::string path = some_path(dice, true);
    std::string shape = method;
    for (const char c : path)
      shape += c >= '1' && c <= '4' && shape.ends_with("{p") ? '0' : c;
    if (!shapes.insert(shape).second) continue;  // refused when it is read
    const std::string name = dice.roll(10) == 0 ? "" : "t" + std::to_string(left);
    upstream.tools.push_back(holdfast::test::tool(name, method, path));
  }
  upstream.loose_routes = dice.roll(3) == 0;
  return upstream;
}

std::string found(const Upstream& upstream, std::string_view method, std::string_view path) {
  const auto match = find_tool(upstream, method, path);
  if (!match) return "refused";
  return match->tool == nullptr ? "none" : match->tool->name;
}

// Half of the paths are those of a tool, perhaps spoilt.
std::string asked_path(const Upstream& upstream, Dice& dice) {
  if (dice.roll(2) == 0) return some_path(dice, false);
  std::string path;
  const std::string& like = upstream.tools[dice.roll(upstream.tools.size())].path;
  for (std::size_t at = 0; at != std::string::npos && at < like.size();) {
    const std::size_t end = like.find('/', at + 1);
    std::string segment = like.substr(at + 1, end == std::string::npos ? end : end - at - 1);
    if (segment.starts_with('{')) segment = dice.pick(kWords);
    path += "/" + (dice.roll(4) == 0 ? spoilt(segment, dice) : segment);
    at = end;
  }
  return path;
}

TEST(RouteIndex, AnswersAsAskingEachToolDoes) {
  Dice dice(20261122);
  std::map<std::string, int> seen;
  for (int house = 0; house < 1500; ++house) {
    Upstream upstream = some_upstream(dice);
    std::vector<Upstream> indexed{upstream};
    index_routes(indexed);
    ASSERT_NE(indexed[0].routes, nullptr);
    for (int i = 0; i < 40; ++i) {
      const std::string path = asked_path(upstream, dice);
      const std::string expected = test::reference_tool(upstream, "GET", path);
      ++seen[expected == "refused" || expected == "none" ? expected : "tool"];
      EXPECT_EQ(found(indexed[0], "GET", path), expected) << path;
      EXPECT_EQ(found(upstream, "GET", path), expected) << path << " without an index";
    }
  }
  EXPECT_GT(seen["tool"], 5000);
  EXPECT_GT(seen["refused"], 5000);
  EXPECT_GT(seen["none"], 5000);
}

TEST(RouteIndex, OfManyToolsNamesOnlyThoseThatMayBeMeant) {
  std::vector<Tool> tools;
  for (int i = 0; i < 10'000; ++i)
    tools.push_back(
        holdfast::test::tool("t" + std::to_string(i), "GET", "/v1/r" + std::to_string(i) + "/{id}"));
  tools.push_back(holdfast::test::tool("any", "GET", "/v1/{kind}/{id}"));
  const RouteIndex index(tools);
  const Segments path{"v1", "r77", "x"};
  EXPECT_EQ(index.fitting("GET", path), (std::vector<std::uint32_t>{77, 10'000}));
  EXPECT_EQ(index.resembling("GET", path), (std::vector<std::uint32_t>{77, 10'000}));
  EXPECT_TRUE(index.fitting("POST", path).empty());
}

// Each suffix could be the end of a name, so each is looked for: but none that is longer than any name.
TEST(RouteIndex, APathOfVeryManySuffixesIsReadInATimeThatGrowsWithIt) {
  std::vector<Tool> tools;
  for (int i = 0; i < 1000; ++i)
    tools.push_back(holdfast::test::tool("t" + std::to_string(i), "GET", "/v1/{a}/r" + std::to_string(i)));
  const RouteIndex index(tools);
  const std::string dots(200'000, '.');
  const std::string marks(200'000, ';');
  EXPECT_TRUE(index.resembling("GET", {"v1", dots + "x", dots + "x"}).empty());
  EXPECT_TRUE(index.resembling("GET", {"v1", marks, marks}).empty());
  EXPECT_EQ(index.resembling("GET", {"v1", "y", "r5" + marks}), (std::vector<std::uint32_t>{5}));
}

}  // namespace
}  // namespace holdfast::proxy
