// The arguments of a call of `protocol: http`: what its tool maps from path, query and body, else the body
// itself. One place for calls that are made and calls that are described.
#pragma once

#include <string_view>
#include <vector>

#include "core/call.hpp"
#include "core/tool.hpp"

namespace holdfast::policy {

// What the call's arguments point to; stays where it is as long as the call.
struct Arguments {
  std::vector<std::string_view> contested;
  std::vector<json::Member> members;
  json::Value object;
};

// Arguments that the query may say in another way than the mapping, and those whose source is not clear. The
// tool is null when none is listed for the call.
void contest_args(const Tool* tool, Call& call, Arguments& out);

// Fills args: from the tool's mapping, else the body object. After contest_args, and once the body is known.
void fill_args(const Tool* tool, Call& call, Arguments& out);

}  // namespace holdfast::policy
