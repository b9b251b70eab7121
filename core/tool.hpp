// A tool that the configuration lists: what the agent plane routes by, and what the policy may know of it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/problem.hpp"

namespace holdfast {

// Of an mcp upstream: name, operation and sensitivity only.
struct Tool {
  std::string name;    // operation; the tool is <upstream>.<name>. Empty: the
                       // requests that fit it are no tool's
  std::string method;  // of `match: POST /v1/customers/{id}`
  std::string path;    // template: literal segments and {names}
  std::vector<std::pair<std::string, std::string>> args;  // argument -> path.X | query.X | body.a.b
  std::string operation = "none";
  std::string sensitivity = "standard";
  bool form_body = false;  // `body: form`
  // Of a tool that an OpenAPI document describes:
  bool imported = false;                   // what it does not say of the body is an argument all the same
  std::vector<std::string> required_args;  // of args: without which no call is complete
  std::vector<std::string> unclear_args;  // not in args: names with several sources, or none that can be read
  std::string summary;                    // what approvers read first, with {fields} in it; may be empty
  std::vector<std::string> redact;        // args.NAME: fields whose values notices do not show
  Position at, summary_at, redact_at;     // the last two: of what the configuration says
};

}  // namespace holdfast
