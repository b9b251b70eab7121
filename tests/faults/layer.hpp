// What stands between the program under test and the kernel: it counts the operations that the program's
// promises rest on, and strikes the one that the test chose. Every thread.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "tests/faults/page.hpp"
#include "tests/faults/unsynced.hpp"

namespace holdfast::faults {

class Layer {
 public:
  static Layer& get();
  Layer();  // only by get()

  // Null when this process is not steered, or the path or file is none of the root's.
  struct Place {
    std::string path;
    Part part = Part::other;
  };
  [[nodiscard]] const Place* place_of(int fd) const;     // under the lock
  [[nodiscard]] bool is_ours(const char* path) const;    // the root or within it
  [[nodiscard]] bool is_inside(const char* path) const;  // within it
  [[nodiscard]] Place place(const char* path) const;

  // The action for the next operation. Under the lock. Action::stop, cut and freeze do not come back.
  Action next(Kind kind, Part part, const std::string& what);
  [[noreturn]] void die(Action action);

  [[nodiscard]] int error() const;
  [[nodiscard]] std::int64_t wall_offset() const;
  [[nodiscard]] bool steered() const { return page_ != nullptr; }

  std::mutex m_;
  // Guarded by m_.
  std::map<int, Place> open_;
  Unsynced unsynced_;

 private:
  [[noreturn]] void freeze();
  void forget_intents();

  Page* page_ = nullptr;
  std::string root_;
};

}  // namespace holdfast::faults
