// Tells of files and links that are moved into folders: how a file is exchanged in one step (rename(2)), and
// the only change at which what stands there is certainly whole. Writing into a file is not told.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include "core/result.hpp"
#include "net/loop.hpp"

namespace holdfast::net {

// Loop thread only, the destructor included.
class FolderWatch {
 public:
  // `name` is the new name's last component; with an empty one, something was moved and nobody knows what.
  using MovedIn = std::function<void(const std::filesystem::path& folder, const std::string& name)>;

  // Error: unavailable, the system gives no more watches.
  static Result<std::unique_ptr<FolderWatch>> open(Loop* loop, MovedIn moved_in);
  ~FolderWatch();
  FolderWatch(const FolderWatch&) = delete;
  FolderWatch& operator=(const FolderWatch&) = delete;

  // From now on these and no others. Those that cannot be watched are returned.
  std::set<std::filesystem::path> watch(const std::set<std::filesystem::path>& folders);

 private:
  struct State;
  explicit FolderWatch(std::shared_ptr<State> state);
  const std::shared_ptr<State> state_;
};

}  // namespace holdfast::net
