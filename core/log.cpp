#include "core/log.hpp"

#include <poll.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <climits>
#include <mutex>
#include <utility>

#include "core/json_text.hpp"
#include "core/json_visible.hpp"

namespace holdfast::log {
namespace {

std::atomic<Format> g_format{Format::text};  // set once by start()

// Standard error, many lines in one write: spdlog's own sinks for it write every line by itself, which costs
// a busy proxy more than judging the call does. A reader who does not read costs lines and never a call, nor
// a halt: a line is written by whoever has it, so nobody may wait for long.
class BufferedStderr final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  ~BufferedStderr() override { flush_(); }

 private:
  static constexpr std::size_t kMost = 64 << 10;
  static constexpr std::size_t kKept = 1 << 20;   // for a reader who is slow; what comes beyond it is lost
  static constexpr std::size_t kStep = PIPE_BUF;  // a pipe that says it takes more takes so much at once
  static constexpr int kPatience = 100;           // milliseconds, once for each time it stops reading

  void sink_it_(const spdlog::details::log_msg& message) override {
    if (buffer_.size() >= kMost) flush_();
    if (buffer_.size() >= kKept) {
      ++lost_;
      return;
    }
    if (lost_ > 0) tell_lost();
    formatter_->format(message, buffer_);
  }

  void tell_lost() {
    const std::string count = std::to_string(std::exchange(lost_, 0));
    const std::string told =
        line(g_format.load(std::memory_order_relaxed), "log_lines_lost", {{"count", count}});
    formatter_->format(spdlog::details::log_msg("holdfast", spdlog::level::warn, told), buffer_);
  }

  void flush_() override {
    std::size_t done = 0;
    while (done < buffer_.size() && takes_more()) {
      const ssize_t n = ::write(STDERR_FILENO, buffer_.data() + done, std::min(kStep, buffer_.size() - done));
      if (n < 0 && (errno == EAGAIN || errno == EINTR)) break;
      done = n < 0 ? buffer_.size() : done + static_cast<std::size_t>(n);  // nobody will ever read it
    }
    std::copy(buffer_.begin() + done, buffer_.end(), buffer_.begin());
    buffer_.resize(buffer_.size() - done);
  }

  bool takes_more() {
    pollfd stderr_poll{STDERR_FILENO, POLLOUT, 0};
    stalled_ = ::poll(&stderr_poll, 1, stalled_ ? 0 : kPatience) <= 0;
    return !stalled_;
  }

  spdlog::memory_buf_t buffer_;
  std::size_t lost_ = 0;  // lines
  bool stalled_ = false;
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
      json::append_visible(out, value);
    } else {
      out += ' ';
      out += key;
      out += '=';
      if (plain(value)) {
        out += value;
      } else {
        json::append_visible(out, value);
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
