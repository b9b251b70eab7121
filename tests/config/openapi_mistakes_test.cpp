// Mistakes in OpenAPI documents: each at its line of the document.
#include <gmock/gmock.h>

#include "config/openapi.hpp"
#include "tests/config/openapi_crm.hpp"

namespace holdfast::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

struct Mistake {
  const char* text;      // follows `openapi: 3.1.0`
  const char* expected;  // the first problem, without the file's name
};

void expect_mistakes(std::initializer_list<Mistake> rows) {
  for (const Mistake& row : rows) {
    const Crm crm(std::string("openapi: 3.1.0\n") + row.text + "\n");
    EXPECT_FALSE(crm.loaded.config) << row.text;
    ASSERT_FALSE(crm.problems().empty()) << row.text;
    EXPECT_EQ(crm.problems().front(), std::string("crm.openapi.yaml:") + row.expected) << row.text;
  }
}

TEST(OpenApiMistakes, References) {
  expect_mistakes({
      {"paths: {/a: {$ref: 'other.yaml#/x'}}",
       "2:20: this `$ref` leads to another file or a URL, and only what stands in this file is read\n"
       "    hint: put what it refers to under `components`, as #/components/..."},
      {"paths: {/a: {get: {operationId: a, parameters: [{$ref: 'https://h/p.json'}]}}}",
       "2:56: this `$ref` leads to another file or a URL, and only what stands in this file is read\n"
       "    hint: put what it refers to under `components`, as #/components/..."},
      {"paths: {/a: {post: {operationId: a, requestBody: {$ref: '#/components/requestBodies/B'}}}}",
       "2:57: this `$ref` leads to nothing in this file"},
      {"paths: {/a: {post: {operationId: a, requestBody: {$ref: '#/paths/~1a/post/requestBody'}}}}",
       "2:50: this `$ref` leads in a circle, or over more than 64 others"},
      {"paths: {/a: {$ref: '#/paths/~1b'}, /b: {$ref: '#/paths/~1a'}}",
       "2:13: this `$ref` leads in a circle, or over more than 64 others"},
      {"paths: {/a: {$ref: '#a'}}",
       "2:20: this `$ref` is no path in this file, such as #/components/schemas/Pet"},
      {"paths: {/a: {$ref: [x]}}", "2:20: a `$ref` must be a text such as #/components/schemas/Pet"},
      {"paths: {/a: {$ref: '#/x', get: {operationId: a}}}\nx: {}",
       "2:9: a path has a `$ref` or operations, not both"},
  });
}

TEST(OpenApiMistakes, AUrlIsToldToBeAFile) {
  EXPECT_THAT(
      problems_of("version: 1\ndata_dir: d\nupstreams:\n  - {name: crm, protocol: http, path: /crm/, url: "
                  "http://127.0.0.1:1, openapi: https://crm.example.com/openapi.json}\n"),
      ElementsAre("a.yaml:4:80: `upstreams[0].openapi` must be a file, not a URL\n    hint: download the "
                  "document beside the configuration, and name that file"));
}

// A schema that is itself composed of itself has the members it names, and no more.
TEST(OpenApiMistakes, ACircleOfSchemasIsNone) {
  const Crm crm(
      "openapi: 3.1.0\npaths: {/a: {post: {operationId: a, requestBody: {content: {application/json: "
      "{schema: {$ref: "
      "'#/components/schemas/A'}}}}}}}\n"
      "components: {schemas: {A: {properties: {x: {}}, allOf: [{$ref: '#/components/schemas/B'}]}, B: "
      "{properties: "
      "{y: {}}, anyOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]}}}\n");
  EXPECT_THAT(crm.problems(), SizeIs(0));
  EXPECT_THAT(crm.tool("a").args, ElementsAre(std::pair<std::string, std::string>("x", "body.x"),
                                              std::pair<std::string, std::string>("y", "body.y")));
}

TEST(OpenApiMistakes, Paths) {
  expect_mistakes({
      {"paths: {'/file.{ext}': {get: {operationId: a}}}",
       "2:9: the path /file.{ext} cannot be matched: its {names} must fill a whole segment"},
      {"paths: {'/a/{x}{y}': {get: {operationId: a}}}",
       "2:9: the path /a/{x}{y} cannot be matched: its {names} must fill a whole segment"},
      {"paths: {'/a/{x.y}': {get: {}}}",
       "2:9: the path /a/{x.y} cannot be matched: the name in {x.y} must be letters, digits, `-` and `_`"},
      {"paths: {'/a/{x}/{x}': {get: {operationId: a}}}",
       "2:9: the path /a/{x}/{x} cannot be matched: {x} stands in it twice"},
      {"paths: {a: {get: {operationId: a}}}", "2:9: the path a cannot be matched: it does not begin with /"},
      {"paths: {'/a?b=c': {get: {operationId: a}}}",
       "2:9: the path /a?b=c cannot be matched: it holds a character that does not stand for itself in a "
       "path"},
      {"paths: {/a: {get: {operationId: a}}, '/a/{x}': {get: {operationId: b}}, '/a/{y}': {get: "
       "{operationId: c}}}",
       "2:84: the tools `b` and `c` match the same requests\n    hint: the first is at "
       "crm.openapi.yaml:2:49"},
      {"paths: [a]", "2:8: `paths` must be a map"},
      {"paths: {/a: [x]}", "2:9: a path must be a map of operations"},
      {"paths: {/a: {get: x}}", "2:14: an operation must be a map"},
  });
}

TEST(OpenApiMistakes, PathsThatNotEveryServerTellsApart) {
  const Crm crm(
      "openapi: 3.1.0\npaths: {/a: {get: {operationId: a}, put: {operationId: p}}, /a/: {get: {operationId: "
      "b}},\n"
      "        '/B/{x}': {get: {operationId: c}}, '/b/{y}': {get: {operationId: d}}}\n");
  const std::string hint =
      "\n    hint: calls of either are refused, as a server that does not tell them apart runs one for the "
      "other: "
      "list one of them, with `routes: loose`";
  EXPECT_THAT(
      crm.problems(),
      ElementsAre(
          "crm.openapi.yaml:2:67: warning: `a` and `b` differ only in case or in a slash at the end of "
          "their paths" +
              hint,
          "crm.openapi.yaml:3:55: warning: `c` and `d` differ only in case or in a slash at the end of "
          "their paths" +
              hint));
}

TEST(OpenApiMistakes, Names) {
  expect_mistakes({
      {"paths: {/a: {get: {operationId: x/y}, put: {operationId: x.y}}}",
       "2:39: the tool `crm.x.y` is listed twice\n    hint: the first is at crm.openapi.yaml:2:14"},
      {"paths: {/a: {get: {operationId: HTTP/get}}}",
       "2:33: the operationId `HTTP/get` begins with `http.` or `mcp.`, which name what no tool matches\n"
       "    hint: the tool's name would be `HTTP.get`"},
      {"paths: {/a: {get: {operationId: null}}}",
       "2:33: the operationId `null` is not text\n    hint: if it is meant as a name, write \"null\""},
      {"paths: {/a: {get: {operationId: TRUE}}}",
       "2:33: the operationId `TRUE` is not text\n    hint: if it is meant as a name, write \"TRUE\""},
      {"paths: {/a: {get: {operationId: '%%'}}}",
       "2:33: the operationId `%%` must hold letters or digits\n"
       "    hint: the tool's name would be ``"},
  });
}

TEST(OpenApiMistakes, Parameters) {
  expect_mistakes({
      {"paths: {'/a/{x}': {get: {operationId: a, parameters: [{name: x, in: path, style: label}]}}}",
       "2:55: the path parameter `x` has the style label, and only simple ones are read"},
      {"paths: {'/a/{x}': {parameters: [{name: x, in: path, style: matrix}], get: {operationId: a}}}",
       "2:33: the path parameter `x` has the style matrix, and only simple ones are read"},
      {"paths: {/a: {get: {operationId: a, parameters: [{name: x}]}}}",
       "2:49: a parameter needs `name` and `in`"},
      {"paths: {/a: {get: {operationId: a, parameters: {}}}}", "2:48: `parameters` must be a list"},
  });
  const Crm crm("openapi: 3.0.0\npaths: {/a: {get: {operationId: a, parameters: [{name: x, in: path}]}}}\n");
  EXPECT_THAT(crm.problems(),
              ElementsAre("crm.openapi.yaml:2:49: warning: the parameter `x` is said to stand in "
                          "a path, and /a has no {x}"));
}

TEST(OpenApiMistakes, ToolsListedBeside) {
  const auto first = [](const std::string& tools) {
    const Crm crm("openapi: 3.0.0\npaths: {'/a/{x}': {get: {operationId: getA}}}\n",
                  "    tools: [" + tools + "]\n");
    return crm.problems().empty() ? "" : crm.problems().front();
  };
  EXPECT_EQ(first("{name: getA, operation: X}, {name: getA}"),
            "a.yaml:9:41: the tool `crm.getA` is listed twice");
  EXPECT_EQ(
      first("{name: geta}"),
      "a.yaml:9:13: `upstreams[0].tools[0]` needs `match`, as the OpenAPI document has no operation `geta`\n"
      "    hint: did you mean `getA`?");
  EXPECT_EQ(first("{name: getA, match: 'GET /a/{y}'}"),
            "a.yaml:9:33: `upstreams[0].tools[0].match` is not what the OpenAPI document says of `getA`\n"
            "    hint: leave it out, or write GET /a/{x}");
  EXPECT_EQ(first("{name: mine, match: 'GET /a/{y}'}"),
            "a.yaml:9:13: the tools `getA` and `mine` match the same requests\n"
            "    hint: the first is at crm.openapi.yaml:2:20");
  EXPECT_EQ(first("{name: getA, args: {y: path.y}}"),
            "a.yaml:9:36: the argument `y` comes from `path.y`, and the path of `match` has no {y}");
}

TEST(OpenApiMistakes, Documents) {
  const auto first = [](const std::string& document) {
    const Crm crm(document);
    return crm.problems().empty() ? "" : crm.problems().front();
  };
  EXPECT_EQ(first("swagger: '2.0'\npaths: {}\n"),
            "crm.openapi.yaml:1:1: this is no OpenAPI document: it does not say `openapi: 3.0.x` or 3.1.x\n"
            "    hint: convert Swagger 2.0 to OpenAPI 3 first");
  EXPECT_EQ(first("openapi: 3.2.0\n"), "crm.openapi.yaml:1:1: OpenAPI 3.2.0 is not read, only 3.0 and 3.1");
  EXPECT_EQ(first("openapi: 3.10\n"), "crm.openapi.yaml:1:1: OpenAPI 3.10 is not read, only 3.0 and 3.1");
  EXPECT_EQ(first("openapi: 3.1.0\n"),
            "crm.openapi.yaml:1:1: warning: this OpenAPI document has no operation");
  EXPECT_EQ(first("openapi: 3.1.0\nopenapi: 3.1.0\n"),
            "crm.openapi.yaml:2:1: `openapi` stands twice: the first is at crm.openapi.yaml:1:1");
  EXPECT_EQ(first("- a\n"),
            "crm.openapi.yaml:1:1: an OpenAPI document is a map of keys, such as `openapi: 3.1.0`");
  EXPECT_EQ(first(""), "crm.openapi.yaml:1:1: there is no OpenAPI document in this file");
  EXPECT_THAT(first("{\"openapi\": \"3.1.0\",\n \"paths\": nil}"), HasSubstr("crm.openapi.yaml:2:"));
  EXPECT_THAT(first("{\"openapi\": \"3.1.0\",\n \"a\": 1, \"a\": 2}"), HasSubstr("crm.openapi.yaml:2:"));
}

TEST(OpenApiMistakes, TheFileItself) {
  Folder folder;
  const auto first = [&](const std::string& upstream) {
    return folder
        .texts(load(folder.write("a.yaml", "version: 1\ndata_dir: d\nupstreams: [{name: a, url: http://h, " +
                                               upstream + "}]\n"))
                   .problems)
        .at(0);
  };
  EXPECT_EQ(first("protocol: http, path: /a/, openapi: gone.yaml"),
            "a.yaml:3:74: `upstreams[0].openapi`: gone.yaml cannot be read: No such file or directory");
  folder.write("sub/x.yaml", "");
  EXPECT_EQ(first("protocol: http, path: /a/, openapi: sub"),
            "a.yaml:3:74: `upstreams[0].openapi`: sub cannot be read: it is a directory");
  EXPECT_EQ(
      first("protocol: mcp, path: /a, openapi: x"),
      "a.yaml:3:72: `upstreams[0].openapi` is for http upstreams; an MCP server lists its tools itself");
}

TEST(OpenApiMistakes, WhatIsTooLargeIsRefused) {
  const proxy::Upstream upstream;
  const auto first = [&](const std::string& document) {
    Problems problems;
    static_cast<void>(openapi::import(document, "x.yaml", upstream, &problems));
    return problems.empty() ? "" : problems.front().message;
  };
  EXPECT_EQ(first("openapi: 3.1.0\nx: " + std::string(16U << 20U, 'a')),
            "the file has more than 16777216 bytes");
  EXPECT_EQ(first("{\"a\": \"" + std::string(16U << 20U, 'a') + "\"}"),
            "the JSON text has more than 16777216 bytes");
  EXPECT_THAT(first("{\"a\": " + std::string(200, '[') + std::string(200, ']') + "}"),
              HasSubstr("nested deeper than 128"));
  EXPECT_THAT(first("a: " + std::string(200, '[') + std::string(200, ']')),
              HasSubstr("nested deeper than 128"));
  std::string many = R"({"openapi": "3.1.0", "paths": {)";
  for (int i = 0; i < 10'001; ++i)
    many += (i == 0 ? "" : ",") + std::string("\"/") + std::to_string(i) +
            "\": {\"get\": {\"operationId\": \"o" + std::to_string(i) + "\"}}";
  EXPECT_EQ(first(many + "}}"), "there are more than 10000 operations");
  std::string wide = R"({"openapi": "3.1.0", "paths": {"/a": {"get": {"operationId": "a", "parameters": [)";
  for (int i = 0; i < 1001; ++i)
    wide += (i == 0 ? "" : ",") + std::string(R"({"in": "query", "name": "n)") + std::to_string(i) + "\"}";
  EXPECT_EQ(first(wide + "]}}}}"), "an operation has more than 1000 arguments");
}

}  // namespace
}  // namespace holdfast::config
