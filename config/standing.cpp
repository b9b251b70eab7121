#include "config/standing.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <deque>

namespace holdfast::config {
namespace {

namespace fs = std::filesystem;

constexpr int kMostLinks = 40;  // as the kernel's

// Follows the path as the kernel does. Adds every link on the way and its end; returns the end.
fs::path follow(const fs::path& path, Standing& standing) {
  const fs::path absolute = fs::absolute(path);
  std::deque<fs::path> left(absolute.begin(), absolute.end());
  fs::path current;
  int links = 0;
  while (!left.empty()) {
    const fs::path part = left.front();
    left.pop_front();
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      current = current.parent_path();
      continue;
    }
    const fs::path next = current / part;
    std::error_code error;
    const bool link = fs::is_symlink(next, error);
    if (link || (left.empty() && next.has_filename())) standing.names.emplace(current, part.string());
    if (!link || ++links > kMostLinks) {
      current = next;
      continue;
    }
    const fs::path target = fs::read_symlink(next, error);
    if (target.is_absolute()) current.clear();
    left.insert(left.begin(), target.begin(), target.end());
  }
  return current;
}

}  // namespace

Identity identity_of(const fs::path& file) {
  struct stat status{};
  Identity identity{file.filename().string(), 0, 0};
  if (::stat(file.c_str(), &status) == 0) {
    identity.device = status.st_dev;
    identity.inode = status.st_ino;
  }
  return identity;
}

std::set<fs::path> Standing::folders() const {
  std::set<fs::path> folders;
  for (const auto& [folder, name] : names)
    folders.insert(folder);
  if (!directory.empty()) folders.insert(directory);
  return folders;
}

bool Standing::may_exchange(const fs::path& folder, const std::string& name) const {
  if (names.contains({folder, name})) return true;
  return !directory.empty() && folder == directory && !name.starts_with('.') && name.ends_with(".yaml");
}

void include(Standing& standing, std::vector<Included> included) {
  for (Included& one : included) {
    follow(one.path, standing);
    standing.included.push_back(std::move(one.path));
    standing.identity.push_back(std::move(one.identity));
  }
}

Standing standing_of(const fs::path& path, const std::vector<fs::path>& included) {
  Standing standing;
  const fs::path end = follow(path, standing);
  std::error_code error;
  if (fs::is_directory(end, error)) {
    standing.directory = end;
    for (fs::directory_iterator entry(end, error), last; !error && entry != last; entry.increment(error)) {
      const std::string name = entry->path().filename().string();
      if (name.starts_with('.') || !name.ends_with(".yaml")) continue;
      follow(entry->path(), standing);
      standing.identity.push_back(identity_of(entry->path()));
    }
    std::sort(standing.identity.begin(), standing.identity.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
  } else {
    standing.identity.push_back(identity_of(end));
  }
  for (const fs::path& file : included)
    include(standing, {{file, identity_of(file)}});
  return standing;
}

}  // namespace holdfast::config
