// A folder of configuration files that goes away with the test.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "core/problem.hpp"

namespace holdfast::config {

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "holdfast-config-XXXXXX").string();
    root_ = ::mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(root_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::filesystem::path write(const std::string& name, const std::string& text) {
    std::filesystem::create_directories((root_ / name).parent_path());
    std::ofstream(root_ / name, std::ios::binary) << text;
    keep(text);
    return root_ / name;
  }
  [[nodiscard]] const std::filesystem::path& root() const { return root_; }

  // Each problem as it is printed, with file names relative to this folder.
  [[nodiscard]] std::vector<std::string> texts(const Problems& problems) const {
    std::vector<std::string> out;
    for (const Problem& problem : problems) {
      std::string text = to_text(problem);
      const std::string prefix = root_.string() + "/";
      for (std::size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix)) {
        text.erase(at, prefix.size());
      }
      out.push_back(std::move(text));
    }
    return out;
  }

 private:
  // For tests/scenarios/schema.mjs, which holds the schema against every file these tests write.
  static void keep(const std::string& text) {
    static int kept = 0;
    const char* corpus = std::getenv("HOLDFAST_CORPUS");
    if (corpus != nullptr)
      std::ofstream(std::filesystem::path(corpus) / (std::to_string(kept++) + ".yaml")) << text;
  }

  std::filesystem::path root_;
};

// Environment variables for as long as it lives.
class Environment {
 public:
  explicit Environment(std::map<std::string, std::string> variables) : variables_(std::move(variables)) {
    for (const auto& [name, value] : variables_)
      ::setenv(name.c_str(), value.c_str(), 1);
  }
  ~Environment() {
    for (const auto& [name, value] : variables_)
      ::unsetenv(name.c_str());
  }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

 private:
  std::map<std::string, std::string> variables_;
};

inline std::vector<std::string> problems_of(const std::string& text) {
  Folder folder;
  return folder.texts(load(folder.write("a.yaml", text)).problems);
}

// The smallest configuration of the interfaces page.
inline constexpr const char* kSmallest = R"(version: 1
data_dir: ./data
agent_plane: {listen: 127.0.0.1:8080}
control_plane: {listen: 127.0.0.1:8081}
upstreams:
  - {name: payment, protocol: http, url: http://127.0.0.1:9001, path: /payment/, tools: [{name: send, match: POST /v1/send}]}
default: deny
rules:
  - tool: "payment.send"
    action: escalate
    when: {args.amount: {gt: 100}}
    reason: "Payments over $100 require approval"
  - {tool: "payment.send", action: allow}
approvers:
  - {id: alice, groups: [lead], token: ${ALICE_TOKEN}, webhook: {url: http://127.0.0.1:9009/hook, secret: ${ALICE_WEBHOOK_SECRET}}}
approvals:
  timeout: 1h
  plans: {default: {require: 1, from: [lead]}}
)";

inline std::map<std::string, std::string> alices() {
  return {{"ALICE_TOKEN", "alice-token-0123456789"},
          {"ALICE_WEBHOOK_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}};
}

}  // namespace holdfast::config
