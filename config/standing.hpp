// Where a configuration stands on disk, and by what step it becomes another one: its file, or a symbolic link
// on the way to it, or a file that it includes, is exchanged by a rename.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace holdfast::config {

// Which file it is, whatever is in it.
struct Identity {
  std::string name;
  dev_t device = 0;
  ino_t inode = 0;  // 0: it is not there
  bool operator==(const Identity&) const = default;
};
[[nodiscard]] Identity identity_of(const std::filesystem::path& file);

// A file that another one names, and which it was before it was read.
struct Included {
  std::filesystem::path path;
  Identity identity;
};

struct Standing {
  // A name in a folder. Whatever is moved in under one of these may exchange the configuration.
  std::set<std::pair<std::filesystem::path, std::string>> names;
  // A directory of files: so may every *.yaml that is moved in.
  std::filesystem::path directory;  // empty: a single file
  std::vector<std::filesystem::path> included;
  std::vector<Identity> identity;  // in name order, and then of those included

  [[nodiscard]] std::set<std::filesystem::path> folders() const;
  [[nodiscard]] bool may_exchange(const std::filesystem::path& folder, const std::string& name) const;
};

// As it is now, with these that it includes. Looks, and reads nothing.
[[nodiscard]] Standing standing_of(const std::filesystem::path& path,
                                   const std::vector<std::filesystem::path>& included = {});
// Adds what it was found to include.
void include(Standing& standing, std::vector<Included> included);

}  // namespace holdfast::config
