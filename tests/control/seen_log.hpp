// The real log's evidence, with somebody who sees it kept.
#pragma once

#include <functional>
#include <string>
#include <utility>

#include "tests/control/failed_log.hpp"

namespace holdfast::test {

class SeenLog final : public FailedLog {
 public:
  SeenLog(receipts::Log* log, std::function<void()> see) : FailedLog(log), log_(log), see_(std::move(see)) {}
  Result<std::string> keep_blob(std::string_view bytes) override {
    see_();
    return log_->keep_blob(bytes);
  }

 private:
  receipts::Log* const log_;
  const std::function<void()> see_;
};

}  // namespace holdfast::test
