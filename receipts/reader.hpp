// Reading a log without opening it for writing: for the command line, with its process stopped or running.
// Any thread.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "receipts/log.hpp"

namespace holdfast::receipts {

class Reader {
 public:
  // Sees what the published checkpoint covers at this moment. Errors: not_found (there is no log), corrupt,
  // io.
  static Result<std::unique_ptr<Reader>> open(const std::filesystem::path& data_dir);
  virtual ~Reader() = default;

  [[nodiscard]] virtual std::string checkpoint() const = 0;  // the signed note
  [[nodiscard]] virtual std::string vkey() const = 0;
  [[nodiscard]] virtual Result<Stored> find(std::string_view id) const = 0;
  [[nodiscard]] virtual Result<std::string> proof(std::uint64_t index) const = 0;
  [[nodiscard]] virtual Result<std::vector<Stored>> list(std::string_view call, std::size_t limit,
                                                         bool all_kinds) const = 0;
};

}  // namespace holdfast::receipts
