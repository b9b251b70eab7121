// 08-attacks: no spelling of a denied name is let through. A rule denies one tool and every other call
// passes; what then passes under a spelling of that tool's path or name has found the gap.
#include "tests/proxy/spellings.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "net/http_parse.hpp"
#include "proxy/recognise.hpp"
#include "tests/proxy/house.hpp"

namespace holdfast::proxy {
namespace {

using test::Meaning;
using test::Spelling;
using test::Spellings;
using test::tool;

constexpr std::size_t kCombinations = 1500;  // of each number of changes

// What becomes of a request: "refused", or its effect and tool, as in "deny shop.send".
std::string verdict(const std::shared_ptr<const Snapshot>& snapshot, std::string_view line,
                    const std::string& body = "") {
  std::string text = std::string(line) + " HTTP/1.1\r\nHost: agent.test\r\n";
  if (!body.empty()) text += test::kJson + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
  text += "\r\n";
  auto head = net::parse_request_head(text, 100);
  if (!head) return "refused";
  Recognised request;
  if (!recognise_head(snapshot, *head, request)) return "refused";
  if (!body.empty() && !recognise_body(*head, body, request)) return "refused";
  if (!request.is_call) return "passes unjudged";
  const Decision decision = snapshot->policy->decide(request.call);
  return std::string(to_string(decision.effect)).append(1, ' ').append(request.call.tool);
}

// What every spelling of `tool` must come to, and one that is another name must not.
void expect_no_gap(const Spellings& spellings, const std::string& tool, bool others_pass,
                   const std::function<std::string(const std::string&)>& judge) {
  const std::string denied = "deny " + tool;
  std::size_t passed = 0;
  for (const auto& [meaning, text] : spellings) {
    const std::string said = judge(text);
    switch (meaning) {
      case Meaning::same:
        EXPECT_EQ(said, denied) << text;
        break;
      case Meaning::near:
        EXPECT_TRUE(said == "refused" || said == denied) << said << ": " << text;
        break;
      case Meaning::other:
        EXPECT_NE(said, denied) << text;
        passed += said.starts_with("allow ") ? 1 : 0;
        break;
    }
    if (testing::Test::HasFailure() && ++passed > 40) return;  // enough to see
  }
  if (others_pass) EXPECT_GT(passed, 0U) << "other names pass, or this shows nothing";
}

// --- paths

struct Route {
  std::string tool, match, path;  // the path with its parameter's value in braces
};

const Route kRoutes[] = {
    {"send", "/v1/send", "/v1/send"},
    {"refund", "/v1/customers/{id}/refunds", "/v1/customers/{c1}/refunds"},
    {"say", "/v1/messages:say", "/v1/messages:say"},
    {"task", "/tasks/sk-1.2/run", "/tasks/sk-1.2/run"},
};

struct World {
  const char* name;
  bool neighbours, loose, keep;  // templates that take any segment; routes: loose; encoded_slash: keep
};

const World kWorlds[] = {
    {"bare", false, false, false},           {"beside templates that take any segment", true, false, false},
    {"loose routes", false, true, false},    {"loose routes beside templates", true, true, false},
    {"escaped slashes", false, false, true}, {"escaped slashes beside templates", true, false, true},
};

std::shared_ptr<const Snapshot> plane(const World& world) {
  Upstream upstream = test::shop();
  std::vector<policy::Rule> rules;
  for (const Route& route : kRoutes) {
    upstream.tools.push_back(tool(route.tool, "POST", route.match));
    rules.push_back(policy::rule("shop." + route.tool, Effect::deny));
  }
  if (world.neighbours) {
    for (const char* path : {"/{a}", "/v1/{a}", "/v1/{a}/{b}", "/v1/customers/{id}",
                             "/v1/customers/{id}/{what}", "/tasks/{id}/{what}"})
      upstream.tools.push_back(tool("any" + std::to_string(upstream.tools.size()), "POST", path));
  }
  upstream.loose_routes = world.loose;
  upstream.keep_encoded_slash = world.keep;
  rules.push_back(policy::rule("**", Effect::allow));
  return test::snapshot({upstream}, std::move(rules));
}

TEST(Spellings, NoneOfADeniedPathIsLetThrough) {
  std::size_t count = 0;
  for (const World& world : kWorlds) {
    SCOPED_TRACE(world.name);
    const auto snapshot = plane(world);
    for (const Route& route : kRoutes) {
      const auto judge = [&](const std::string& path) { return verdict(snapshot, "POST /shop" + path); };
      const test::Places places = test::path_places(route.path);
      std::vector<Spellings> all{test::one_changed(places)};
      for (const std::size_t changes : {2, 3, 5})
        all.push_back(test::some_changed(places, changes, kCombinations / 5));
      for (const Spellings& spellings : all) {
        expect_no_gap(spellings, "shop." + route.tool, &spellings == &all.front(), judge);
        count += spellings.size();
      }
    }
  }
  EXPECT_GT(count, 20000U);
}

TEST(Spellings, OfTheWayToADeniedPathNoneIsLetThrough) {
  const auto snapshot = plane(kWorlds[0]);
  const Spellings rows{
      {Meaning::same, "POST /%73hop/v1/send"},
      {Meaning::same, "POST /shop/%761/send"},
      {Meaning::same, "POST http://agent.test/shop/v1/send"},
      {Meaning::same, "POST HTTP://AGENT.TEST/shop/v1/send"},
      {Meaning::near, "POST http://agent.test:80/shop/v1/send"},
      {Meaning::near, "POST https://agent.test/shop/v1/send"},
      {Meaning::near, "POST http://x@agent.test/shop/v1/send"},
      {Meaning::near, "POST //agent.test/shop/v1/send"},
      {Meaning::near, "POST /Shop/v1/send"},
      {Meaning::near, "POST //shop/v1/send"},
      {Meaning::near, "POST /./shop/v1/send"},
      {Meaning::near, "POST /shop//v1/send"},
      {Meaning::near, "POST /x/../shop/v1/send"},
      {Meaning::near, "POST /shop%2Fv1/send"},
      {Meaning::near, "POST /shop;x/v1/send"},
      {Meaning::near, "POST *"},
      {Meaning::near, "post /shop/v1/send"},
      {Meaning::near, "Post /shop/v1/send"},
      {Meaning::near, "POS%54 /shop/v1/send"},
      {Meaning::near, "POST\t/shop/v1/send"},
      {Meaning::near, "POST  /shop/v1/send"},
      {Meaning::near, "POST /shop/v1/send "},
      {Meaning::other, "POST /shop/v1/sends"},
      {Meaning::other, "PUT /shop/v1/send"},
  };
  expect_no_gap(rows, "shop.send", true, [&](const std::string& line) { return verdict(snapshot, line); });
}

// A rule may ask for the path instead of a tool's name.
TEST(Spellings, NoneOfAPathThatARuleNamesIsLetThrough) {
  using policy::Operator;
  for (const std::string path :
       {"/v1/send", "/v1/messages:say", "/v1/a@b", "/v1/%C3%BC", "/v1/a|b", "/v1/x[1]", "/v1/^"}) {
    const auto deny = [&](Operator op) {
      return test::snapshot({test::shop()},
                            {policy::rule("**", Effect::deny, policy::is("http.path", op, '"' + path + '"')),
                             policy::rule("**", Effect::allow)});
    };
    for (const Operator op : {Operator::eq, Operator::starts_with, Operator::glob, Operator::contains}) {
      const auto snapshot = deny(op);
      for (const auto& [meaning, text] : test::one_changed(test::path_places(path))) {
        if (meaning != Meaning::same || path.find('%') != std::string::npos) continue;
        EXPECT_TRUE(verdict(snapshot, "POST /shop" + text).starts_with("deny ")) << text;
      }
      for (const std::string text :
           {"/v1/messages%3Asay", "/v1/messages%3asay", "/v1/a%40b", "/v1/%c3%bc", "/v1/%C3%bc", "/v1/a%7Cb",
            "/v1/a%7cb", "/v1/x%5B1%5D", "/v1/x%5b1]", "/v1/%5E"}) {
        const std::string said = verdict(snapshot, "POST /shop" + text);
        const bool it = percent_decode(text, false).value() == percent_decode(path, false).value();
        EXPECT_EQ(said.starts_with("deny "), it) << text << " for " << path << ": " << said;
      }
    }
  }
}

// --- names of MCP tools

std::shared_ptr<const Snapshot> mcp_plane(const std::string& denied) {
  return test::snapshot({test::payment()},
                        {policy::rule(denied, Effect::deny), policy::rule("**", Effect::allow)});
}

std::string call_of(const std::string& name) {
  return test::rpc("tools/call", R"({"name":")" + name + R"(","arguments":{}})");
}

TEST(Spellings, NoneOfADeniedToolsNameIsLetThrough) {
  std::size_t count = 0;
  // The rules that deny it, and whether names that look like it only to the eye are outside of them.
  const std::pair<std::string, bool> rules[] = {
      {"payment.send", true}, {"payment.sen*", false}, {"payment.*d", false},   {"*.send", true},
      {"**.send", true},      {"payment.s*d", false},  {"payment.**nd", false},
  };
  const test::Places places = test::name_places("send");
  std::vector<Spellings> all{test::one_changed(places)};
  for (const std::size_t changes : {2, 3, 4})
    all.push_back(test::some_changed(places, changes, kCombinations));
  for (const auto& [rule, exact] : rules) {
    SCOPED_TRACE(rule);
    const auto snapshot = mcp_plane(rule);
    const auto judge = [&](const std::string& name) {
      // Of a pattern, a spelling may be denied under its own name too.
      const std::string said = verdict(snapshot, "POST /mcp/payment", call_of(name));
      return !exact && said.starts_with("deny ") ? "deny payment.send" : said;
    };
    for (const Spellings& spellings : all) {
      Spellings told = spellings;
      if (!exact) std::erase_if(told, [](const Spelling& one) { return one.meaning == Meaning::other; });
      expect_no_gap(told, "payment.send", exact && &spellings == &all.front(), judge);
      count += told.size();
    }
  }
  EXPECT_GT(count, 30000U);
}

TEST(Spellings, OfNamesThatUnicodeComposesNoneIsLetThrough) {
  struct Row {
    std::string denied;
    std::vector<std::string> spellings;
  };
  const Row rows[] = {
      {"\u00fcberweisen", {"u\u0308berweisen", "\u00dcberweisen", "U\u0308berweisen", "u\\u0308berweisen"}},
      {"file", {"\ufb01le", "\uff46\uff49\uff4c\uff45"}},
      {"strasse", {"stra\u00dfe", "STRASSE", "STRA\u1e9eE"}},
      {"\ud55c", {"\u1112\u1161\u11ab"}},
      {"delete_all", {"DELETE_ALL", "delete\uff3fall", "Delete_All", "delete_a\u2113l"}},
  };
  for (const Row& row : rows) {
    const auto snapshot = mcp_plane("payment." + row.denied);
    EXPECT_EQ(verdict(snapshot, "POST /mcp/payment", call_of(row.denied)), "deny payment." + row.denied);
    for (const std::string& name : row.spellings) {
      EXPECT_EQ(verdict(snapshot, "POST /mcp/payment", call_of(name)), "refused") << name;
    }
  }
}

TEST(Spellings, OfMessagesThatNameAToolTwiceOrNotAtAllNoneIsLetThrough) {
  const auto snapshot = mcp_plane("payment.send");
  const auto params = [](const std::string& text) { return test::rpc("tools/call", text); };
  const std::string send = call_of("send");
  const std::string bodies[] = {
      params(R"({"name":"list","name":"send"})"),
      params(R"({"name":"send","name":"list"})"),
      params(R"({"name":"list","\u006eame":"send"})"),
      params(R"({"name":"list","Name":"send"})"),
      params(R"({"name":"list","ｎame":"send"})"),
      params(R"({"name":"list","na\u200bme":"send"})"),
      params(R"({"name":["send"]})"),
      params(R"({"name":{"name":"send"}})"),
      params(R"({"name":null})"),
      params(R"({"name":""})"),
      params(R"({"Name":"send"})"),
      params(R"(["send",{}])"),
      params(R"("send")"),
      params(R"({})"),
      test::rpc("tools/call"),
      "[" + send + "]",
      "[" + call_of("list") + "," + send + "]",
      send + send,
      send + "\n" + send,
      "\xEF\xBB\xBF" + send,
      R"({"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/call","params":{"name":"send"}})",
      R"({"jsonrpc":"2.0","id":1,"method":"ping","Method":"tools/call","params":{"name":"send"}})",
      R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list"},"Params":{"name":"send"}})",
      R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list"},"params":{"name":"send"}})",
      R"({"jsonrpc":"2.0","id":1,"result":{},"method":"tools/call","params":{"name":"send"}})",
      R"({"id":1,"method":"tools/call","params":{"name":"send"}})",
      R"({"jsonrpc":"1.0","id":1,"method":"tools/call","params":{"name":"send"}})",
      R"({"jsonrpc":"2.0","id":1,"method":["tools/call"],"params":{"name":"send"}})",
      R"({"jsonrpc":"2.0","id":null,"method":"tools/call","params":{"name":"send"}})",
      R"({"jsonrpc":"2.0","id":1.5,"method":"tools/call","params":{"name":"send"}})",
  };
  for (const std::string& body : bodies)
    EXPECT_EQ(verdict(snapshot, "POST /mcp/payment", body), "refused") << body;
  for (const std::string method :
       {"Tools/Call", "TOOLS/CALL", "tools/call ", " tools/call", "tools/call.", "tools\\uff0fcall",
        "tools/c\u200ball", "tool\u017f/call", "tools/call\\u0000", "tools/call\\u0085"}) {
    EXPECT_EQ(verdict(snapshot, "POST /mcp/payment", test::rpc(method, R"({"name":"send"})")), "refused")
        << method;
  }
  EXPECT_EQ(
      verdict(snapshot, "POST /mcp/payment", test::rpc("tools\\u002fcall", R"({"n\u0061me":"s\u0065nd"})")),
      "deny payment.send");
  EXPECT_EQ(verdict(snapshot, "POST /mcp/payment", test::rpc("tools/calls", R"({"name":"send"})")),
            "allow payment.mcp.tools/calls");
}

}  // namespace
}  // namespace holdfast::proxy
