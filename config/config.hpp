// One loaded configuration: typed values of every section, and the digest that receipts name it by.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "approvals/options.hpp"
#include "config/file.hpp"
#include "config/standing.hpp"
#include "control/options.hpp"
#include "core/problem.hpp"
#include "core/result.hpp"
#include "pdp/options.hpp"
#include "policy/options.hpp"
#include "proxy/options.hpp"
#include "receipts/options.hpp"

namespace holdfast::config {

// One entry of `tests`: what is to become of a call.
struct PolicyTest {
  std::string name;
  std::string call;  // described, as JSON (policy/described_call.hpp)
  Effect expect = Effect::deny;
  std::string expect_rule;  // empty: whichever
  Position at, call_at;
};

// Which parts of the configuration were read without an error. What is checked across parts is asked of these
// only, so that a mistake is told once and not again by what follows from it.
struct Sound {
  bool agents = true;  // and trust_tiers, env
  bool upstreams = true;
  bool rules = true;  // and what decides beside them
  bool approvers = true;
  bool approvals = true;  // plans, routes
  bool running = true;    // limits and the like
};

struct Config {
  std::vector<File> files;  // and those they include: for the policy digest (05-receipts)
  // Environment variables that stand in the files, by name, but for those that stand in a secret: for the
  // same.
  std::map<std::string, std::string> variables;
  policy::Options policy;
  proxy::Options proxy;
  approvals::Options approvals;
  receipts::Options receipts;
  control::Options control;
  pdp::Options pdp;
  std::vector<PolicyTest> tests;
};

struct Loaded {
  std::optional<Config> config;  // absent when problems has an error
  Problems problems;             // every mistake, in file order
};

// Reads a file, or a directory of *.yaml in name order. ${NAME} is taken from the process's environment.
[[nodiscard]] Loaded load(const std::filesystem::path& path);

// What could be read, mistakes or not: for `check`, which goes on to the policy so that it reports every
// mistake. A draft with an error is never served. Absent only when the files themselves could not be read.
struct Draft {
  std::optional<Config> config;
  Sound sound;
  Problems problems;
  std::map<std::string, std::string> variables;  // of secrets too: for conceal() (environment.hpp) only
  Standing standing;                             // of before it was read
};
[[nodiscard]] Draft read(const std::filesystem::path& path);

// What the commands beside `run` need, read without the rest: somebody who verifies receipts has no reason to
// hold the tokens that the rest asks the environment for.
struct Places {
  receipts::Options receipts;  // data_dir empty: not set
  control::Options control;    // without its tokens
};
[[nodiscard]] Result<Places> locate(const std::filesystem::path& path);

// `--config`, HOLDFAST_CONFIG, ./holdfast.yaml, /etc/holdfast/holdfast.yaml: the first that is given or
// exists.
[[nodiscard]] std::filesystem::path find_config(const std::string& option);

}  // namespace holdfast::config
