#include "app/needs_restart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

namespace holdfast::app {
namespace {

// Of a folder: the same one by another spelling is no change.
std::string place(const std::filesystem::path& path) {
  std::error_code error;
  const auto found = std::filesystem::weakly_canonical(path, error);
  return error ? path.string() : found.string();
}

std::string address(const std::string& host, const std::string& port) {
  return fmt::format("{}:{}", host, port);
}

// Each with its name and address.
std::string listeners(const proxy::Options& options) {
  std::vector<std::string> all;
  for (const proxy::Listener& one : options.listeners)
    all.push_back(fmt::format("{} {}", one.name, address(one.host, one.port)));
  std::sort(all.begin(), all.end());
  return fmt::format("{}", fmt::join(all, ", "));
}

std::string microseconds(std::chrono::microseconds time) {
  return fmt::format("{}us", time.count());
}

std::string_view mode(receipts::Mode mode) {
  switch (mode) {
    case receipts::Mode::batched:
      return "batched";
    case receipts::Mode::strict:
      return "strict";
  }
  return "";
}

}  // namespace

std::vector<std::string> needs_restart(const config::Config& running, const config::Config& next) {
  std::vector<std::string> sentences;
  const auto compare = [&](const char* key, const std::string& is, const std::string& wanted) {
    if (is == wanted) return;
    sentences.push_back(
        fmt::format("`{}` is `{}` and cannot become `{}` without a restart", key, is, wanted));
  };
  compare("agent_plane.listen", address(running.proxy.host, running.proxy.port),
          address(next.proxy.host, next.proxy.port));
  compare("agent_plane.listeners", listeners(running.proxy), listeners(next.proxy));
  compare("control_plane.listen", address(running.control.host, running.control.port),
          address(next.control.host, next.control.port));
  compare("pdp_plane.listen", address(running.pdp.host, running.pdp.port),
          address(next.pdp.host, next.pdp.port));
  compare("data_dir", place(running.receipts.data_dir), place(next.receipts.data_dir));
  compare("receipts.mode", std::string(mode(running.receipts.mode)), std::string(mode(next.receipts.mode)));
  compare("receipts.origin", running.receipts.origin, next.receipts.origin);
  compare("receipts.batch", fmt::to_string(running.receipts.batch), fmt::to_string(next.receipts.batch));
  compare("receipts.delay", microseconds(running.receipts.delay), microseconds(next.receipts.delay));
  compare("loops", fmt::to_string(running.proxy.loops), fmt::to_string(next.proxy.loops));
  return sentences;
}

}  // namespace holdfast::app
