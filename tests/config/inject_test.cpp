// `inject:` of an upstream, and keys of rules that fit some actions only.
#include <gmock/gmock.h>

#include "tests/config/rows.hpp"

namespace holdfast::config {
namespace {

#define I "upstreams: [{name: a, protocol: http, url: http://h, path: /p/, inject: {"

TEST(Inject, TakesValuesFromFilesAndTheEnvironment) {
  const Environment environment({{"HOLDFAST_TEST_KEY", "key-of-the-environment"}});
  Folder folder;
  folder.write("stripe", "Bearer sk_live_of_the_file\n");
  const Loaded loaded =
      load(folder.write("a.yaml", "version: 1\ndata_dir: d\n" I
                                  "Authorization: 'file:stripe', X_Api-Key: '${HOLDFAST_TEST_KEY}'}}]\n"));
  EXPECT_THAT(folder.texts(loaded.problems), testing::IsEmpty());
  const auto& inject = loaded.config->proxy.upstreams[0].inject;
  ASSERT_EQ(inject.size(), 2U);
  EXPECT_EQ(inject[0].name, "Authorization");
  EXPECT_EQ(inject[0].value.reveal_secret(), "Bearer sk_live_of_the_file");
  EXPECT_EQ(inject[1].name, "X_Api-Key");
  EXPECT_EQ(inject[1].value.reveal_secret(), "key-of-the-environment");
}

TEST(Inject, RefusesWhatFramesRoutesOrSaysWhatIsJudged) {
  const Environment environment({{"HOLDFAST_TEST_KEY", "key-of-the-environment"}});
  for (const char* name : {"Host",
                           "connection",
                           "Keep-Alive",
                           "Proxy-Connection",
                           "TE",
                           "Trailer",
                           "Transfer-Encoding",
                           "Upgrade",
                           "Content-Length",
                           "Content-Type",
                           "Content-Encoding",
                           "Expect",
                           "HTTP2-Settings",
                           "Accept-Encoding",
                           "Proxy-Authorization",
                           "Proxy-Authenticate",
                           "Mcp-Session-Id",
                           "Holdfast-Agent-Token",
                           "X-Forwarded-For",
                           "Forwarded",
                           "X-HTTP-Method-Override",
                           "X_Http_Method",
                           "content_length",
                           "X-Original-URL"}) {
    const std::string text = std::string(I) + name + ": '${HOLDFAST_TEST_KEY}'}}]";
    const std::string expected = std::string("3:74: `upstreams[0].inject.") + name +
                                 "` is a header that frames or routes the call, or says what is judged";
    expect_first_problem({text.c_str(), expected.c_str()});
  }
}

TEST(Inject, Mistakes) {
  const Environment environment({{"HOLDFAST_TEST_KEY", "key-of-the-environment"},
                                 {"HOLDFAST_TEST_LINES", "one\r\nX-Admin: yes"},
                                 {"HOLDFAST_TEST_SPACE", " one"}});
  const Row rows[] = {
      {I "'a b': '${HOLDFAST_TEST_KEY}'}}]", "3:74: `upstreams[0].inject.a b` is not the name of a header"},
      {I "X-Key: '${HOLDFAST_TEST_KEY}', x_key: '${HOLDFAST_TEST_KEY}'}}]",
       "3:105: `upstreams[0].inject.x_key` stands twice, as some servers read it"},
      {I "X-Key: '${HOLDFAST_TEST_LINES}'}}]",
       "3:81: the value of `upstreams[0].inject.X-Key` has a line feed, another control character or one "
       "beyond "
       "ASCII in it"},
      {I "X-Key: '${HOLDFAST_TEST_SPACE}'}}]",
       "3:81: the value of `upstreams[0].inject.X-Key` begins or ends with a space"},
      {I "X-Key: 'file:not-there'}}]", "3:81: `upstreams[0].inject.X-Key`: the secret file"},
      {I "X-Key: ''}}]", "3:81: `upstreams[0].inject.X-Key` is empty"},
  };
  for (const Row& row : rows) {
    const auto problems = problems_of(std::string("version: 1\ndata_dir: d\n") + row.text + "\n");
    ASSERT_FALSE(problems.empty()) << row.text;
    EXPECT_THAT(problems.front(), testing::StartsWith(std::string("a.yaml:") + row.expected));
    for (const std::string& problem : problems) {
      EXPECT_THAT(problem, testing::Not(testing::HasSubstr("X-Admin")));
      EXPECT_THAT(problem, testing::Not(testing::HasSubstr("key-of")));
    }
  }
}

TEST(Rules, FlagsThatFitTheActionOnly) {
  expect_first_problem({"rules: [{tool: a.b, action: allow, hide: true}]",
                        "3:42: `rules[0].hide` is given, and the rule does not deny"});
  expect_first_problem({"rules: [{tool: a.b, action: deny, precommit: true}]",
                        "3:46: `rules[0].precommit` is given, and the rule does not let anything pass"});
}

}  // namespace
}  // namespace holdfast::config
