// A policy of which `holdfast check` must say something, and one beside it of which it says nothing.
#pragma once

#include <gmock/gmock.h>

#include <string>

#include "app/configuration.hpp"
#include "tests/config/folder.hpp"

namespace holdfast::app {

inline constexpr const char* kHouse = R"(version: 1
data_dir: ./data
agents: [{id: bot, trust_tier: 2}]
upstreams:
  - name: payment
    protocol: http
    url: http://127.0.0.1:9001
    path: /payment/
    tools:
      - {name: send, match: POST /v1/send, operation: FINANCIAL}
      - {name: refund, match: "POST /v1/{customer}/refunds", args: {customer: path.customer, amount: body.amount, note: query.note}}
  - {name: crm, protocol: http, url: "http://127.0.0.1:9002", path: /crm/, openapi: crm.yaml}
  - {name: files, protocol: mcp, url: "http://127.0.0.1:9003/mcp", path: /files}
)";
inline constexpr const char* kPeople = R"(
approvers:
  - {id: alice, groups: [lead], token: "${ALICE_TOKEN}"}
  - {id: bob, groups: [security], token: "${BOB_TOKEN}"}
approvals: {plans: {default: {require: 1, from: [lead, security]}}}
)";
inline constexpr const char* kDocument = R"(openapi: 3.1.0
paths:
  /v1/contacts/{id}:
    put:
      operationId: update
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      requestBody:
        required: true
        content: {application/json: {schema: {type: object, required: [email], properties: {id: {type: string}, email: {type: string}, mode: {type: string}}}}}
)";

struct Lint {
  const char* name;
  const char* said;
  const char* fires;
  const char* silent;
  friend void PrintTo(const Lint& lint, std::ostream* out) { *out << lint.name; }
};

class Lints : public testing::TestWithParam<Lint> {
 protected:
  std::string said_of(const std::string& policy) {
    const config::Environment environment(
        {{"ALICE_TOKEN", "alice-token-0123456789"}, {"BOB_TOKEN", "bob-token-0123456789ab"}});
    config::Folder folder;
    folder.write("crm.yaml", kDocument);
    const bool own_people = policy.find("approvers:") != std::string::npos;
    std::string out;
    const bool own_house = policy.starts_with("upstreams:");
    const auto file = folder.write("a.yaml", (own_house ? "version: 1\ndata_dir: ./data\n" : kHouse) +
                                                 policy + (own_people ? "" : kPeople));
    for (const Problem& problem : load_and_check(file).problems)
      out += to_text(problem) + "\n";
    return out;
  }
};

}  // namespace holdfast::app
