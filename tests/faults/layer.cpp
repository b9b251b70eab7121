#include "tests/faults/layer.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "tests/faults/real.hpp"

namespace holdfast::faults {

// HOLDFAST_FAULTS is the folder of a test: `page`, and `keep` for the power cut; HOLDFAST_FAULTS_ROOT the
// data_dir. Without them the layer does nothing.
Layer::Layer() {
  const char* const folder = std::getenv("HOLDFAST_FAULTS");
  const char* const root = std::getenv("HOLDFAST_FAULTS_ROOT");
  if (folder == nullptr || root == nullptr) return;
  root_ = root;
  const int fd = real().open((std::string(folder) + "/page").c_str(), O_RDWR | O_CLOEXEC);
  if (fd < 0) _exit(98);
  void* const memory = ::mmap(nullptr, sizeof(Page), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (memory == MAP_FAILED) _exit(98);
  page_ = static_cast<Page*>(memory);
  if (page_->remember.load() == 0) return;
  unsynced_.begin(std::string(folder) + "/keep");
  rlimit files{};  // the model keeps a descriptor of its own for each
  ::getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
}

Layer& Layer::get() {
  // Never destroyed: files are closed until the very end.
  static Layer* const layer = std::make_unique<Layer>().release();
  return *layer;
}

bool Layer::is_ours(const char* path) const {
  return page_ != nullptr && (is_inside(path) || path == root_);
}

bool Layer::is_inside(const char* path) const {
  return page_ != nullptr && std::string_view(path).starts_with(root_ + "/");
}

Layer::Place Layer::place(const char* path) const {
  const std::string_view inside = std::string_view(path).substr(root_.size());
  Part part = Part::other;
  if (inside.starts_with("/log")) part = Part::log;
  if (inside.starts_with("/approvals.db")) part = Part::store;
  return {path, part};
}

const Layer::Place* Layer::place_of(int fd) const {
  const auto found = open_.find(fd);
  return found == open_.end() ? nullptr : &found->second;
}

Action Layer::next(Kind kind, Part part, const std::string& what) {
  const bool counts = (page_->kinds.load() & static_cast<std::uint64_t>(kind)) != 0 &&
                      (page_->parts.load() & static_cast<std::uint64_t>(part)) != 0;
  if (!counts) return Action::go;
  const std::uint64_t number = page_->counted.fetch_add(1) + 1;
  const std::uint64_t at = page_->at.load();
  if (at == 0 || number < at || (number > at && page_->lasting.load() == 0)) return Action::go;
  if (page_->struck.fetch_add(1) == 0) {
    const std::size_t length = std::min(what.size(), page_->what.size() - 1);
    std::copy_n(what.begin(), length, page_->what.begin());
    page_->what.at(length) = '\0';
  }
  const auto action = static_cast<Action>(page_->action.load());
  if (action == Action::stop || action == Action::cut) die(action);
  if (action == Action::freeze) freeze();
  return action;
}

// Not with the lock: it is this thread alone that stands still.
void Layer::freeze() {
  m_.unlock();
  for (;;)
    ::pause();
}

void Layer::die(Action action) {
  if (action == Action::cut || action == Action::after_cut) {
    unsynced_.lose(page_->seed.load());
    forget_intents();
  }
  ::kill(::getpid(), SIGKILL);
  for (;;)
    ::pause();
}

// Nobody syncs them: law 4 asks that they survive kill -9, not the power.
void Layer::forget_intents() {
  const std::string folder = root_ + "/intent";
  DIR* const items = ::opendir(folder.c_str());
  if (items == nullptr) return;
  while (const dirent* item = ::readdir(items)) {
    const int fd = real().open((folder + "/" + item->d_name).c_str(), O_RDWR | O_CLOEXEC);
    struct stat status{};
    if (fd < 0 || ::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) continue;
    // Not by truncating: the other threads still have it mapped.
    const std::string zeros(static_cast<std::size_t>(status.st_size), '\0');
    if (real().pwrite(fd, zeros.data(), zeros.size(), 0) < 0) _exit(99);
  }
  ::closedir(items);
}

int Layer::error() const {
  return static_cast<int>(page_->error.load());
}

std::int64_t Layer::wall_offset() const {
  return page_ == nullptr ? 0 : page_->wall.load();
}

}  // namespace holdfast::faults
