// Mistakes in upstreams and their tools.
#include <gmock/gmock.h>

#include "tests/config/rows.hpp"

namespace holdfast::config {
namespace {

using testing::ElementsAre;

#define U "upstreams: [{name: pay, protocol: http, url: http://h, path: /p/"

TEST(Mistakes, Upstreams) {
  const Row rows[] = {
      {"upstreams: [{protocol: http, url: http://h, path: /p/}]", "3:13: `upstreams[0]` needs `name`"},
      {"upstreams: [{name: a, url: http://h, path: /p/}]",
       "3:13: `upstreams[0]` needs `protocol`\n    hint: http or mcp"},
      {"upstreams: [{name: a, protocol: http, path: /p/}]", "3:13: `upstreams[0]` needs `url`"},
      {"upstreams: [{name: a, protocol: http, url: http://h}]", "3:13: `upstreams[0]` needs `path`"},
      {"upstreams: [{name: a.b, protocol: http, url: http://h, path: /p/}]",
       "3:20: `upstreams[0].name` must be letters, digits, `-` and `_`, at most 64 of them\n"
       "    hint: it is the first segment of its tools' names, so it has no dot"},
      {"upstreams: [{name: a, protocol: grpc, url: http://h, path: /p/}]",
       "3:33: `upstreams[0].protocol` must be one of http, mcp, not `grpc`"},
      {"upstreams: [{name: a, protocol: http, url: h:80, path: /p/}]",
       "3:44: `upstreams[0].url` is not a URL we can use: its scheme is neither http nor https"},
      {"upstreams: [{name: a, protocol: http, url: 'http://h/a?b', path: /p/}]",
       "3:44: `upstreams[0].url` is not a URL we can use: it has a query"},
      {"upstreams: [{name: a, protocol: http, url: 'http://u:p@h/', path: /p/}]",
       "3:44: `upstreams[0].url` is not a URL we can use: it has a user; credentials do not belong into a "
       "URL"},
      {"upstreams: [{name: a, protocol: http, url: 'http:///a', path: /p/}]",
       "3:44: `upstreams[0].url` is not a URL we can use: it has no host"},
      {"upstreams: [{name: a, protocol: http, url: 'http://h:0/', path: /p/}]",
       "3:44: `upstreams[0].url` is not a URL we can use: its port must be a number from 1 to 65535"},
      {"upstreams: [{name: a, protocol: http, url: 'http://h/a/../b', path: /p/}]",
       "3:44: `upstreams[0].url` is not a URL we can use: it has a dot segment"},
      {"upstreams: [{name: a, protocol: http, url: http://h, path: p/}]",
       "3:60: `upstreams[0].path` is not a path we can use: it does not begin with /\n    hint: such as /a/"},
      {"upstreams: [{name: a, protocol: http, url: http://h, path: /p}]",
       "3:60: `upstreams[0].path` of an http upstream ends with a slash\n    hint: write /p/"},
      {"upstreams: [{name: a, protocol: http, url: http://h, path: /p//}]",
       "3:60: `upstreams[0].path` is not a path we can use: it has an empty segment\n    hint: such as /a/"},
      {"upstreams: [{name: a, protocol: http, url: http://h, path: /%70/}]",
       "3:60: `upstreams[0].path` is not a path we can use: it holds a character that does not stand for "
       "itself in a "
       "path\n    hint: such as /a/"},
      {"upstreams: [{name: a, protocol: mcp, url: http://h, path: /.well-known/holdfast/x}]",
       "3:59: `upstreams[0].path` is under /.well-known/holdfast, which Holdfast answers itself"},
      {"upstreams: [{name: a, protocol: http, url: http://h, path: /.well-known/holdfast/}]",
       "3:60: `upstreams[0].path` is under /.well-known/holdfast, which Holdfast answers itself"},
      {U "}, {name: Pay, protocol: http, url: http://h, path: /q/}]",
       "3:68: the upstream `Pay` stands twice\n    hint: the first is at a.yaml:3:13"},
      {U "}, {name: b, protocol: http, url: http://h, path: /p/}]",
       "3:68: two upstreams have the path `/p/`\n    hint: the first is at a.yaml:3:13"},
      {U "}, {name: b, protocol: mcp, url: http://h, path: /p}]",
       "3:68: two upstreams have the path `/p`\n    hint: the first is at a.yaml:3:13"},
      {U ", tls: {}}]", "3:72: `upstreams[0].tls` is given, and the upstream's url is not https"},
      {U ", connect: 0s}]",
       "3:76: `upstreams[0].connect` must be a duration from 1ms to 8760h, not `0s`\n"
       "    hint: durations are written 50s, 15m, 1h30m, 2ms"},
      {U ", preserve_host: yes}]", "3:82: `upstreams[0].preserve_host` must be true or false, not `yes`"},
      {U ", routes: lose}]",
       "3:75: `upstreams[0].routes` must be one of strict, loose, not `lose`\n    hint: did you mean "
       "`loose`?"},
      {U ", hosts: [h]}]",
       "3:67: unknown key `hosts` in `upstreams[0]`\n    hint: this version of Holdfast has no `hosts` "
       "here"}};
  for (const Row& row : rows)
    expect_first_problem(row);
}

TEST(Mistakes, UpstreamTlsFiles) {
  Folder folder;
  folder.write("c.pem", "");
  const auto file =
      folder.write("a.yaml",
                   "version: 1\ndata_dir: d\nupstreams: [{name: a, protocol: http, url: https://h, "
                   "path: /p/, tls: {ca: gone.pem, cert: c.pem}}]\n");
  EXPECT_THAT(
      folder.texts(load(file).problems),
      ElementsAre(
          "a.yaml:3:71: `upstreams[0].tls` has one of `cert` and `key`: a client certificate needs both",
          "a.yaml:3:76: `upstreams[0].tls.ca`: there is no file gone.pem"));
}

TEST(Mistakes, Tools) {
  const Row rows[] = {
      {U ", tools: [{match: GET /a}]}]", "3:75: `upstreams[0].tools[0]` needs `name`"},
      {U ", tools: [{name: a}]}]", "3:75: `upstreams[0].tools[0]` needs `match`"},
      {U ", tools: [{name: http.get, match: GET /a}]}]",
       "3:82: `upstreams[0].tools[0].name` begins with `http.` or `mcp.`, which name what no tool matches"},
      {U ", tools: [{name: MCP.x, match: GET /a}]}]",
       "3:82: `upstreams[0].tools[0].name` begins with `http.` or `mcp.`, which name what no tool matches"},
      {U ", tools: [{name: a..b, match: GET /a}]}]",
       "3:82: `upstreams[0].tools[0].name` must be words of letters, digits, `-` and `_`, with dots between "
       "them"},
      {U ", tools: [{name: 'a*', match: GET /a}]}]",
       "3:82: `upstreams[0].tools[0].name` must be words of letters, digits, `-` and `_`, with dots between "
       "them"},
      {U ", tools: [{name: a, match: get /a}]}]",
       "3:92: `upstreams[0].tools[0].match` must be a method and a path: its method must be written in "
       "capitals, such as "
       "POST\n    hint: such as POST /v1/customers/{customer_id}/refunds"},
      {U ", tools: [{name: a, match: GET a}]}]",
       "3:92: `upstreams[0].tools[0].match` must be a method and a path: it does not begin with /\n"
       "    hint: such as POST /v1/customers/{customer_id}/refunds"},
      {U ", tools: [{name: a, match: GET}]}]",
       "3:92: `upstreams[0].tools[0].match` must be a method and a path: it does not begin with /\n"
       "    hint: such as POST /v1/customers/{customer_id}/refunds"},
      {U ", tools: [{name: a, match: 'GET /a?b=1'}]}]",
       "3:92: `upstreams[0].tools[0].match` must be a method and a path: it holds a character that does not "
       "stand for "
       "itself in a path\n    hint: such as POST /v1/customers/{customer_id}/refunds"},
      {U ", tools: [{name: a, match: 'GET /a/x{id}'}]}]",
       "3:92: `upstreams[0].tools[0].match` must be a method and a path: its {names} must fill a whole "
       "segment\n"
       "    hint: such as POST /v1/customers/{customer_id}/refunds"},
      {U ", tools: [{name: a, match: 'GET /{id}/{id}'}]}]",
       "3:92: `upstreams[0].tools[0].match` must be a method and a path: {id} stands in it twice\n"
       "    hint: such as POST /v1/customers/{customer_id}/refunds"},
      {U ", tools: [{name: a, match: 'GET /a/../b'}]}]",
       "3:92: `upstreams[0].tools[0].match` must be a method and a path: it has a dot segment\n"
       "    hint: such as POST /v1/customers/{customer_id}/refunds"},
      {U ", tools: [{name: a, match: GET /a}, {name: a, match: GET /b}]}]",
       "3:101: the tool `pay.a` is listed twice\n    hint: the first is at a.yaml:3:75"},
      {U ", tools: [{name: a, match: 'GET /{x}'}, {name: b, match: 'GET /{y}'}]}]",
       "3:105: the tools `a` and `b` match the same requests\n    hint: the first is at a.yaml:3:75"},
      {U ", tools: [{name: a, match: GET /a, args: {x: path.id}}]}]",
       "3:110: the argument `x` comes from `path.id`, and the path of `match` has no {id}"},
      {U ", tools: [{name: a, match: GET /a, args: {x: header.id}}]}]",
       "3:110: the argument `x` must come from path.NAME, query.NAME or body.NAME"},
      {U ", tools: [{name: a, match: GET /a, sensitivity: hgih}]}]",
       "3:113: `upstreams[0].tools[0].sensitivity` must be one of low, standard, high, not `hgih`\n"
       "    hint: did you mean `high`?"},
      {U ", tools: [{name: a, match: GET /a, operation: two words}]}]",
       "3:111: `upstreams[0].tools[0].operation` must be one word\n    hint: such as FINANCIAL"},
      {"upstreams: [{name: m, protocol: mcp, url: http://h, path: /m, tools: [{name: a, match: GET /a}]}]",
       "3:88: `upstreams[0].tools[0].match` is for http upstreams; an MCP server says it itself"}};
  for (const Row& row : rows)
    expect_first_problem(row);
}

}  // namespace
}  // namespace holdfast::config
