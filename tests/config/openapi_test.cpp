// `openapi:`: what becomes of the operations of a document (02-policy, "The whole shape").
#include <gmock/gmock.h>

#include "config/openapi.hpp"
#include "tests/config/folder.hpp"
#include "tests/config/openapi_crm.hpp"
#include "tests/config/openapi_documents.hpp"

namespace holdfast::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> args(const proxy::Tool& tool) {
  std::vector<std::string> out;
  for (const auto& [name, source] : tool.args)
    out.push_back(name + "=" + source);
  return out;
}

TEST(OpenApi, EachOperationIsATool) {
  const Crm crm(kPets);
  EXPECT_THAT(crm.problems(), IsEmpty());
  EXPECT_THAT(crm.tools(),
              ElementsAre("listPets GET /pets", "createPet POST /pets", "petThere HEAD /pets/{petId}",
                          "getPet GET /pets/{petId}", "payBill POST /pets/{petId}/bill"));
  ASSERT_TRUE(crm.loaded.config);
  EXPECT_THAT(crm.loaded.config->policy.directory.tool_names(),
              ElementsAre("crm.listPets", "crm.createPet", "crm.petThere", "crm.getPet", "crm.payBill"));
  EXPECT_EQ(crm.tool("payBill").at.line, 37);
}

TEST(OpenApi, ParametersAndPropertiesAreArguments) {
  const Crm crm(kPets);
  EXPECT_THAT(args(crm.tool("listPets")), ElementsAre("limit=query.limit"));
  EXPECT_THAT(args(crm.tool("getPet")), ElementsAre("petId=path.petId"));
  EXPECT_THAT(args(crm.tool("petThere")), ElementsAre("petId=path.petId"));
  EXPECT_THAT(args(crm.tool("createPet")), ElementsAre("id=body.id", "name=body.name", "owner=body.owner",
                                                       "parent=body.parent", "tag=body.tag"));
  EXPECT_THAT(args(crm.tool("payBill")), ElementsAre("petId=path.petId", "dryRun=query.dryRun",
                                                     "amount=body.amount", "currency=body.currency"));
  EXPECT_TRUE(crm.tool("payBill").form_body);
  EXPECT_FALSE(crm.tool("createPet").form_body);
}

TEST(OpenApi, WhatIsRequiredIsKept) {
  const Crm crm(kPets);
  EXPECT_THAT(crm.tool("listPets").required_args, IsEmpty());
  // Not `id`, which only answers have, nor `owner`, which one of two kinds has.
  EXPECT_THAT(crm.tool("createPet").required_args, ElementsAre("name"));
  EXPECT_THAT(crm.tool("payBill").required_args, ElementsAre("petId", "amount"));
}

TEST(OpenApi, Version31InJsonIsReadAsWell) {
  const Crm crm(kLedger, "", "http://h", "apis/ledger.json");
  EXPECT_THAT(crm.problems(), IsEmpty());
  EXPECT_THAT(crm.tools(), ElementsAre("ledger.post_entry POST /v2/accounts/{account}/entries",
                                       "ledger.get-account GET /v2/accounts/{account}"));
  const proxy::Tool& post = crm.tool("ledger.post_entry");
  EXPECT_THAT(args(post), ElementsAre("account=path.account", "amount=body.amount", "memo=body.memo"));
  EXPECT_THAT(post.required_args, ElementsAre("account"));  // the body itself is optional
  EXPECT_EQ(post.at.line, 7);
  EXPECT_EQ(post.at.column, 35);
}

TEST(OpenApi, TheDocumentIsOneOfTheFilesThatThePolicyDigestCovers) {
  const Crm crm(kLedger, "", "http://h", "apis/ledger.json");
  ASSERT_TRUE(crm.loaded.config);
  const auto& files = crm.loaded.config->files;
  ASSERT_EQ(files.size(), 2U);
  EXPECT_EQ(files[0].name, "a.yaml");
  EXPECT_EQ(files[1].name, "apis/ledger.json");
  EXPECT_EQ(files[1].text, kLedger);
}

TEST(OpenApi, ADocumentOfTwoUpstreamsIsOneFile) {
  Folder folder;
  folder.write("x.yaml", kPets);
  const Loaded loaded =
      load(folder.write("a.yaml",
                        "version: 1\ndata_dir: d\nupstreams:\n"
                        "  - {name: a, protocol: http, url: http://h, path: /a/, openapi: x.yaml}\n"
                        "  - {name: b, protocol: http, url: http://h, path: /b/, openapi: ./x.yaml}\n"));
  ASSERT_TRUE(loaded.config);
  EXPECT_EQ(loaded.config->files.size(), 2U);
  EXPECT_EQ(loaded.config->policy.directory.tool_names().size(), 10U);
}

TEST(OpenApi, TheUrlsPathStandsForTheServers) {
  const auto paths = [](const std::string& servers, const std::string& url) {
    const Crm crm("openapi: 3.0.0\nservers: " + servers + "\npaths: {/a/: {get: {operationId: a}}}\n", "",
                  url);
    return crm.loaded.config ? crm.tools() : crm.problems();
  };
  EXPECT_THAT(paths("[]", "http://h"), ElementsAre("a GET /a/"));
  EXPECT_THAT(paths("[{url: /}]", "http://h/api"), ElementsAre("a GET /a/"));
  EXPECT_THAT(paths("[{url: /v1}]", "http://h"), ElementsAre("a GET /v1/a/"));
  EXPECT_THAT(paths("[{url: 'https://x.example.com/v1/'}]", "http://h/"), ElementsAre("a GET /v1/a/"));
  EXPECT_THAT(paths("[{url: /v1}]", "http://h/v1"), ElementsAre("a GET /a/"));
  EXPECT_THAT(paths("[{url: /v1}]", "http://h/api/v1/"), ElementsAre("a GET /a/"));
  EXPECT_THAT(paths("[{url: /v1}, {url: /v2}]", "http://h/v2"), ElementsAre("a GET /a/"));
  EXPECT_THAT(paths("[{url: 'http://a/v1'}, {url: 'http://b/v1'}]", "http://h"), ElementsAre("a GET /v1/a/"));
  EXPECT_THAT(
      paths("[{url: /v1}]", "http://h/api"),
      ElementsAre("crm.openapi.yaml:2:10: the upstream's `url` has the path /api, which ends in none of "
                  "these servers'\n    hint: write the whole path of the one that is meant into the "
                  "upstream's `url`"));
  EXPECT_THAT(paths("[{url: /v1}]", "http://h/apiv1"), testing::SizeIs(1));
  EXPECT_THAT(paths("[{url: /v1}, {url: /v2}]", "http://h"),
              ElementsAre(testing::HasSubstr("these servers have different paths")));
  EXPECT_THAT(paths("[{url: 'http://x/{v}'}]", "http://h"),
              ElementsAre("crm.openapi.yaml:2:17: a variable of this server's url has no default"));
  EXPECT_THAT(paths("[{url: v1}]", "http://h"), ElementsAre(testing::HasSubstr("does not begin with /")));
}

TEST(OpenApi, TheServersNearestToAnOperationCount) {
  const Crm crm(
      "openapi: 3.0.0\nservers: [{url: /v1}]\npaths:\n"
      "  /a: {get: {operationId: a}, put: {operationId: b, servers: [{url: /v2}]}}\n"
      "  /c: {servers: [{url: /v3}], get: {operationId: c}, put: {operationId: d, servers: [{url: /}]}}\n"
      "  /e: {get: {operationId: e}}\n");
  EXPECT_THAT(crm.tools(),
              ElementsAre("a GET /v1/a", "b PUT /v2/a", "c GET /v3/c", "d PUT /c", "e GET /v1/e"));
}

// `id` stands in the path and in the body, `filter` and `range` are not written as themselves.
constexpr const char* kUnclear = R"(openapi: 3.1.0
paths:
  /users/{id}:
    put:
      operationId: putUser
      parameters:
        - {name: id, in: path, required: true}
        - {name: filter, in: query, style: deepObject, schema: {type: object}}
        - {name: range, in: query, schema: {anyOf: [{type: string}, {$ref: '#/components/schemas/Range'}]}}
        - {name: span, in: query, explode: false, schema: {$ref: '#/components/schemas/Range'}}
        - {name: fields, in: query, schema: {type: array}}
      requestBody:
        content: {application/json: {schema: {properties: {id: {}, mail: {}, address: {type: object}}}}}
  /form:
    post:
      operationId: form
      requestBody:
        content:
          application/x-www-form-urlencoded:
            schema: {properties: {amount: {}, items: {type: [array, 'null']}, meta: {additionalProperties: true}}}
components:
  schemas: {Range: {properties: {from: {}, to: {}}}}
)";

TEST(OpenApi, WhatStandsInTwoPlacesOrInOtherWordsIsNoArgument) {
  const Crm crm(kUnclear);
  EXPECT_THAT(crm.problems(), IsEmpty());
  const proxy::Tool& put = crm.tool("putUser");
  EXPECT_THAT(args(put), ElementsAre("span=query.span", "fields=query.fields", "address=body.address",
                                     "mail=body.mail"));
  EXPECT_THAT(put.unclear_args, ElementsAre("id", "filter", "range"));
  EXPECT_THAT(args(crm.tool("form")), ElementsAre("amount=body.amount"));
  EXPECT_THAT(crm.tool("form").unclear_args, ElementsAre("items", "meta"));
}

TEST(OpenApi, AToolListedByHandSaysMoreOfAnOperation) {
  const Crm crm(
      kUnclear,
      "    tools:\n"
      "      - {name: putUser, operation: ADMIN, sensitivity: high, args: {id: path.id, to: body.mail}}\n"
      "      - {name: form, match: POST /form, body: json}\n"
      "      - {name: other, match: GET /other}\n");
  EXPECT_THAT(crm.problems(), IsEmpty());
  EXPECT_THAT(crm.tools(), ElementsAre("putUser PUT /users/{id}", "form POST /form", "other GET /other"));
  const proxy::Tool& put = crm.tool("putUser");
  EXPECT_EQ(put.operation + " " + put.sensitivity, "ADMIN high");
  EXPECT_THAT(args(put), ElementsAre("span=query.span", "fields=query.fields", "address=body.address",
                                     "mail=body.mail", "id=path.id", "to=body.mail"));
  EXPECT_THAT(put.unclear_args, ElementsAre("filter", "range"));
  EXPECT_FALSE(crm.tool("form").form_body);
  EXPECT_FALSE(crm.tool("other").imported);
}

TEST(OpenApi, AnOperationWithoutAnIdIsNoToolUntilAListedOneNamesIt) {
  const std::string document =
      "openapi: 3.0.0\npaths:\n  /a/{x}: {get: {}, put: {operationId: put}}\n  /b: {get: {}, post: {}}\n";
  const Crm crm(document);
  EXPECT_THAT(
      crm.problems(),
      ElementsAre("crm.openapi.yaml:3:12: warning: no tool, for want of an operationId: GET /a/{x}, GET /b, "
                  "POST /b\n    hint: their calls are `crm.http.<method>`; list a tool with the same "
                  "`match` to name one"));
  EXPECT_THAT(crm.tools(), ElementsAre(" GET /a/{x}", "put PUT /a/{x}", " GET /b", " POST /b"));
  EXPECT_THAT(crm.loaded.config->policy.directory.tool_names(), ElementsAre("crm.put"));
  const Crm named(document,
                  "    tools: [{name: getA, match: 'GET /a/{x}'}, {name: getB, match: GET /b}, {name: postB, "
                  "match: POST /b}]\n");
  EXPECT_THAT(named.problems(), IsEmpty());
  EXPECT_THAT(named.tools(),
              ElementsAre("getA GET /a/{x}", "put PUT /a/{x}", "getB GET /b", "postB POST /b"));
  EXPECT_THAT(args(named.tool("getA")), ElementsAre("x=path.x"));
}

TEST(OpenApi, NamesOfOperationsBecomeNamesOfTools) {
  const std::pair<const char*, const char*> rows[] = {{"getUser", "getUser"},
                                                      {"repos/list-for-org", "repos.list-for-org"},
                                                      {"users:list all", "users.list_all"},
                                                      {"/a//b.c/", "a.b.c"},
                                                      {"a*b", "a_b"},
                                                      {"caf\xC3\xA9", "caf__"},
                                                      {"", ""},
                                                      {"./-", ""}};
  for (const auto& [id, name] : rows)
    EXPECT_EQ(openapi::tool_name(id), name) << id;
}

TEST(OpenApi, ADocumentAmongTheConfigurationsOfAFolderSaysSo) {
  Folder folder;
  folder.write("a.yaml", "version: 1\ndata_dir: d\n");
  folder.write("crm.yaml", kPets);
  EXPECT_THAT(folder.texts(load(folder.root()).problems),
              ElementsAre("crm.yaml:1:1: this is an OpenAPI document, not configuration\n"
                          "    hint: put it into a folder of its own"));
}

}  // namespace
}  // namespace holdfast::config
