// What the benchmarks work on: a call's body, a call's receipt, a folder to write to.
#pragma once

#include <filesystem>
#include <string>

#include "core/json_text.hpp"

namespace holdfast::bench {

// A payment as JSON, exactly this long: some members, an array of objects, some prose. At least 512 bytes.
[[nodiscard]] std::string payment(std::size_t bytes);

// The members of the receipt of an allowed call, as the proxy composes them.
[[nodiscard]] json::ObjectText receipt();

// A folder under $TMPDIR, or here: on a disk, where fdatasync costs what it costs. Goes away with the object.
class Scratch {
 public:
  Scratch();
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace holdfast::bench
