// Runs the built binary as a user would: arguments, environment and folder in; exit code and both outputs
// out.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

namespace holdfast::app {

struct Finished {
  int exit = -1;
  std::string out;
  std::string err;
};

// A folder of its own, in which commands run with nothing but PATH, HOME (the folder) and what is set here.
class Desk {
 public:
  Desk() {
    std::string name = (std::filesystem::temp_directory_path() / "holdfast-app-XXXXXX").string();
    root = ::mkdtemp(name.data());
  }
  ~Desk() { std::filesystem::remove_all(root); }
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;

  std::filesystem::path root;
  std::map<std::string, std::string> environment;

  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((root / name).parent_path());
    std::ofstream(root / name, std::ios::binary) << text;
  }
  [[nodiscard]] std::string read(const std::string& name) const {
    std::ifstream file(root / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  [[nodiscard]] Finished run(const std::vector<std::string>& arguments) const {
    std::vector<std::string> words{HOLDFAST_BINARY};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<std::string> variables{"PATH=/usr/bin:/bin", "HOME=" + root.string()};
    for (const auto& [name, value] : environment)
      variables.push_back(name + "=" + value);
    const std::vector<char*> argv = pointers(words);
    const std::vector<char*> envp = pointers(variables);
    const std::string out = (root / ".stdout").string();
    const std::string err = (root / ".stderr").string();
    const pid_t child = ::fork();
    if (child == 0) {
      const int out_fd = ::open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
      const int err_fd = ::open(err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
      if (::chdir(root.c_str()) == 0 && ::dup2(out_fd, 1) == 1 && ::dup2(err_fd, 2) == 2) {
        ::execve(argv[0], argv.data(), envp.data());
      }
      ::_exit(127);
    }
    int status = 0;
    EXPECT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status)) << "killed by signal " << WTERMSIG(status);
    return {WEXITSTATUS(status), read(".stdout"), read(".stderr")};
  }

 private:
  static std::vector<char*> pointers(std::vector<std::string>& words) {
    std::vector<char*> out;
    for (std::string& word : words)
      out.push_back(word.data());
    out.push_back(nullptr);
    return out;
  }
};

inline constexpr const char* kConfig = R"(version: 1
data_dir: ./data
upstreams:
  - {name: payment, protocol: http, url: http://127.0.0.1:9001, path: /payment/, tools: [{name: send, match: POST /v1/send}]}
rules:
  - tool: "payment.send"
    action: escalate
    when: {args.amount: {gt: 100}}
    reason: "Payments over $100 require approval"
  - {tool: "payment.send", action: allow}
approvers:
  - {id: alice, groups: [lead], token: ${ALICE_TOKEN}}
approvals:
  plans: {default: {require: 1, from: [lead]}}
)";

}  // namespace holdfast::app
