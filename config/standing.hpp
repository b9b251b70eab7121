// Where a configuration stands on disk, and by what step it becomes another one: its file, or a symbolic link
// on the way to it, is exchanged by a rename.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace holdfast::config {

struct Standing {
  // A name in a folder. Whatever is moved in under one of these may exchange the configuration.
  std::set<std::pair<std::filesystem::path, std::string>> names;
  // A directory of files: so may every *.yaml that is moved in.
  std::filesystem::path directory;  // empty: a single file
  // Which files these are, whatever is in them.
  struct Identity {
    std::string name;
    dev_t device = 0;
    ino_t inode = 0;
    bool operator==(const Identity&) const = default;
  };
  std::vector<Identity> identity;  // in name order; a file that is not there has no inode

  [[nodiscard]] std::set<std::filesystem::path> folders() const;
  [[nodiscard]] bool may_exchange(const std::filesystem::path& folder, const std::string& name) const;
};

// As it is now. Looks, and reads nothing.
[[nodiscard]] Standing standing_of(const std::filesystem::path& path);

}  // namespace holdfast::config
