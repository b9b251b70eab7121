#include "core/log.hpp"

#include <poll.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <climits>
#include <mutex>
#include <utility>

#include "core/json_members.hpp"
#include "core/json_visible.hpp"
#include "core/text.hpp"

namespace holdfast::log {
namespace {

std::atomic<Format> g_format{Format::text};  // set once by start()

// Standard error, many lines in one write: spdlog's own sinks for it write every line by itself, which costs
// a busy proxy more than judging the call does. A reader who does not read costs lines and never a call, nor
// a halt: a line is written by whoever has it, so nobody may wait for long.
class BufferedStderr final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  ~BufferedStderr() override { flush_(); }

  // A line of every call, as it will stand there. Waits for nobody but those who add others.
  void add_frequent(std::string_view line) {
    {
      const std::scoped_lock lock(frequent_m_);
      if (frequent_.size() >= kKept) {
        ++frequent_lost_;
        return;
      }
      frequent_.append(line);
      if (frequent_.size() < kMost || frequent_.size() - line.size() >= kMost) return;
    }
    offer();
  }

  // Writes what is taken at once; the rest stays for the next time.
  void offer() {
    const std::scoped_lock lock(mutex_);
    write_out(0);
  }

 private:
  static constexpr std::size_t kMost = 64 << 10;
  static constexpr std::size_t kKept = 1 << 20;   // for a reader who is slow; what comes beyond it is lost
  static constexpr std::size_t kStep = PIPE_BUF;  // a pipe that says it takes more takes so much at once
  static constexpr int kPatience = 100;  // milliseconds, once for each time it stops reading, and only
                                         // where an event is told that is not of every call

  void sink_it_(const spdlog::details::log_msg& message) override {
    take_frequent();
    if (buffer_.size() >= kMost) flush_();
    if (buffer_.size() >= kKept) {
      ++lost_;
      return;
    }
    if (lost_ > 0) tell_lost();
    formatter_->format(message, buffer_);
  }

  void take_frequent() {
    {
      const std::scoped_lock lock(frequent_m_);
      std::swap(frequent_, taken_);
      lost_ += std::exchange(frequent_lost_, 0);
    }
    const std::string_view lines = taken_.view();
    if (buffer_.size() < kKept) {
      buffer_.append(lines.data(), lines.data() + lines.size());
    } else {
      lost_ += static_cast<std::size_t>(std::count(lines.begin(), lines.end(), '\n'));
    }
    taken_.clear(kMost);
  }

  void tell_lost() {
    const std::string count = std::to_string(std::exchange(lost_, 0));
    const std::string told =
        line(g_format.load(std::memory_order_relaxed), "log_lines_lost", {{"count", count}});
    formatter_->format(spdlog::details::log_msg("holdfast", spdlog::level::warn, told), buffer_);
  }

  void flush_() override { write_out(kPatience); }

  void write_out(int patience) {
    take_frequent();
    const std::size_t step = is_file() ? buffer_.size() : kStep;
    std::size_t done = 0;
    while (done < buffer_.size() && takes_more(patience)) {
      const ssize_t n = ::write(STDERR_FILENO, buffer_.data() + done, std::min(step, buffer_.size() - done));
      if (n < 0 && (errno == EAGAIN || errno == EINTR)) break;
      done = n < 0 ? buffer_.size() : done + static_cast<std::size_t>(n);  // nobody will ever read it
    }
    std::copy(buffer_.begin() + done, buffer_.end(), buffer_.begin());
    buffer_.resize(buffer_.size() - done);
  }

  // A file takes everything at once. Standard error may become another between two flushes.
  static bool is_file() {
    struct stat about{};
    return ::fstat(STDERR_FILENO, &about) == 0 && S_ISREG(about.st_mode);
  }

  bool takes_more(int patience) {
    pollfd stderr_poll{STDERR_FILENO, POLLOUT, 0};
    const bool more = ::poll(&stderr_poll, 1, stalled_ ? 0 : patience) > 0;
    if (more || patience > 0) stalled_ = !more;
    return more;
  }

  // Guarded by spdlog's mutex, which is held while somebody writes.
  spdlog::memory_buf_t buffer_;
  std::size_t lost_ = 0;  // lines
  bool stalled_ = false;
  Text taken_;

  std::mutex frequent_m_;
  // Guarded by frequent_m_.
  Text frequent_;
  std::size_t frequent_lost_ = 0;
};

const std::shared_ptr<BufferedStderr>& sink() {
  static const auto instance = std::make_shared<BufferedStderr>();
  return instance;
}

spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> instance = [] {
    auto made = std::make_shared<spdlog::logger>("holdfast", sink());
    made->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v", spdlog::pattern_time_type::utc);
    return made;
  }();
  return *instance;
}

constexpr std::size_t kUsualLine = 480;  // bytes

// What stands in a line of text without quotes.
constexpr std::array<bool, 256> kBare = [] {
  std::array<bool, 256> bare{};
  for (std::size_t c = 0x21; c < 0x7f; ++c)
    bare[c] = c != '"' && c != '=' && c != '\\';
  return bare;
}();

bool bare(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return kBare[static_cast<unsigned char>(c)]; });
}

void append_quoted(Text& out, std::string_view value) {
  std::string quoted;
  json::append_visible(quoted, value);
  out.append(quoted);
}

void append_as_json(Text& out, std::string_view name, Fields fields) {
  out.append("\"event\":");
  json::append_string(out, name);
  for (const auto& [key, value] : fields) {
    out.append(',');
    json::append_string(out, key);
    out.append(':');
    bare(value) ? json::append_string(out, value) : append_quoted(out, value);
  }
}

void append_as_text(Text& out, std::string_view name, Fields fields) {
  out.append(name);
  for (const auto& [key, value] : fields) {
    out.append(' ');
    out.append(key);
    out.append('=');
    bare(value) ? out.append(value) : append_quoted(out, value);
  }
}

void append_line(Text& out, Format format, std::string_view name, Fields fields) {
  format == Format::json ? append_as_json(out, name, fields) : append_as_text(out, name, fields);
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
  Text text;
  append_line(text, format, name, fields);
  return std::string(text.view());
}

void event(std::string_view name, Fields fields) {
  write(spdlog::level::info, name, fields);
  logger().flush();
}
void warning(std::string_view name, Fields fields) {
  write(spdlog::level::warn, name, fields);
  logger().flush();
}
void error(std::string_view name, Fields fields) {
  write(spdlog::level::err, name, fields);
  logger().flush();
}

// The same line as event() writes, which the tests compare.
void frequent_event(std::string_view name, WallTime at, Fields fields) {
  if (!logger().should_log(spdlog::level::info)) return;
  thread_local Rfc3339 time;
  thread_local Text line;
  const Format format = g_format.load(std::memory_order_relaxed);
  const bool as_json = format == Format::json;
  line.clear(kUsualLine);
  line.reserve(kUsualLine);
  if (as_json) line.append("{\"time\":\"");
  line.append(time.of(at));
  line.append(as_json ? R"(","level":"info",)" : " info ");
  append_line(line, format, name, fields);
  line.append(as_json ? "}\n" : "\n");
  sink()->add_frequent(line.view());
}

void flush() {
  sink()->offer();
}

}  // namespace holdfast::log
