#include "core/log.hpp"

#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <mutex>

#include "core/json_text.hpp"

namespace holdfast::log {
namespace {

std::atomic<Format> g_format{Format::text};  // set once by start()

// Standard error, many lines in one write: spdlog's own sinks for it write every line by itself, which costs
// a busy proxy more than judging the call does.
class BufferedStderr final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  ~BufferedStderr() override { flush_(); }

 private:
  static constexpr std::size_t kMost = 64 << 10;

  void sink_it_(const spdlog::details::log_msg& message) override {
    formatter_->format(message, buffer_);
    if (buffer_.size() >= kMost) flush_();
  }

  void flush_() override {
    const char* from = buffer_.data();
    const char* const end = from + buffer_.size();
    while (from < end) {
      const ssize_t written = ::write(STDERR_FILENO, from, static_cast<std::size_t>(end - from));
      if (written < 0 && errno != EINTR) break;  // nobody reads it: lines are lost, calls are not
      from += std::max<ssize_t>(written, 0);
    }
    buffer_.clear();
  }

  spdlog::memory_buf_t buffer_;
};

spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> instance = [] {
    auto made = std::make_shared<spdlog::logger>("holdfast", std::make_shared<BufferedStderr>());
    made->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
    return made;
  }();
  return *instance;
}

constexpr std::size_t kUsualLine = 320;  // bytes

bool plain(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return c > ' ' && c < 0x7f && c != '"' && c != '=' && c != '\\';
  });
}

void write(spdlog::level::level_enum level, std::string_view name, Fields fields) {
  if (!logger().should_log(level)) return;
  logger().log(level, spdlog::string_view_t(line(g_format.load(std::memory_order_relaxed), name, fields)));
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
  std::string out;
  out.reserve(kUsualLine);
  if (as_json) {
    out.append("\"event\":");
    json::append_string(out, name);
  } else {
    out.append(name);
  }
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
  flush();
}
void warning(std::string_view name, Fields fields) {
  write(spdlog::level::warn, name, fields);
  flush();
}
void error(std::string_view name, Fields fields) {
  write(spdlog::level::err, name, fields);
  flush();
}

void frequent_event(std::string_view name, Fields fields) {
  write(spdlog::level::info, name, fields);
}

void flush() {
  logger().flush();
}

}  // namespace holdfast::log
