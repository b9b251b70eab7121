// Notices that the configuration's files were exchanged by a rename, and says so once it has been quiet.
//
// A file that is written in place is not looked at: half a YAML file is valid YAML with fewer conditions.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>

#include "config/standing.hpp"
#include "core/result.hpp"
#include "net/folder_watch.hpp"
#include "net/task_group.hpp"

namespace holdfast::app {

inline constexpr std::chrono::seconds kQuiet{1};

// Loop thread only, the destructor included.
class Replacements {
 public:
  // `seen`: what stood there before the configuration in force was read; what was exchanged since is noticed.
  Replacements(net::Loop* loop, net::Executor disk, std::filesystem::path path, config::Standing seen,
               std::function<void()> replaced);

  // It was read for another reason, as it stood then: what was exchanged since is noticed, and what it
  // includes is watched.
  void seen(config::Standing standing);

  // Error: unavailable, the system gives no watch. Then only SIGHUP reloads.
  Result<void> start();

  // Await it before this goes away.
  net::task<void> stop();

 private:
  void moved_in(const std::filesystem::path& folder, const std::string& name);
  void look_when_quiet();
  net::task<void> look();
  void watch_folders();

  net::Loop* const loop_;
  const net::Executor disk_;
  const std::filesystem::path path_;
  const std::function<void()> replaced_;
  config::Standing seen_;
  SteadyTime last_;  // when something was moved in
  bool looking_ = false;
  bool unwatched_ = false;  // it was said that a folder cannot be watched
  std::unique_ptr<net::FolderWatch> watch_;
  net::TaskGroup tasks_;
};

}  // namespace holdfast::app
