#include "core/log.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>

#include "core/json_text.hpp"

namespace holdfast::log {
namespace {

std::atomic<Format> g_format{Format::text};  // set once by start()

spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> instance = [] {
    auto made = spdlog::stderr_logger_mt("holdfast");
    made->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
    made->flush_on(spdlog::level::info);
    return made;
  }();
  return *instance;
}

bool plain(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return c > ' ' && c < 0x7f && c != '"' && c != '=' && c != '\\';
  });
}

void write(spdlog::level::level_enum level, std::string_view name, Fields fields) {
  if (!logger().should_log(level)) return;
  logger().log(level, "{}", line(g_format.load(std::memory_order_relaxed), name, fields));
}

}  // namespace

void start(Format format, Level level) {
  g_format = format;
  constexpr spdlog::level::level_enum kLevels[] = {spdlog::level::debug, spdlog::level::info,
                                                   spdlog::level::warn, spdlog::level::err};
  logger().set_level(kLevels[static_cast<int>(level)]);
  if (format == Format::json) {
    logger().set_pattern(R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})",
                         spdlog::pattern_time_type::utc);
  }
}

std::string line(Format format, std::string_view name, Fields fields) {
  const bool as_json = format == Format::json;
  std::string out = as_json ? "\"event\":" + json::quoted(name) : std::string(name);
  for (const auto& [key, value] : fields) {
    if (as_json) {
      out += ',';
      json::append_string(out, key);
      out += ':';
      json::append_string(out, json::to_utf8(value));
    } else {
      out += ' ';
      out += key;
      out += '=';
      if (plain(value)) {
        out += value;
      } else {
        json::append_string(out, json::to_utf8(value));
      }
    }
  }
  return out;
}

void event(std::string_view name, Fields fields) {
  write(spdlog::level::info, name, fields);
}
void warning(std::string_view name, Fields fields) {
  write(spdlog::level::warn, name, fields);
}
void error(std::string_view name, Fields fields) {
  write(spdlog::level::err, name, fields);
}

}  // namespace holdfast::log
