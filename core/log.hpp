// Log events, one line per state change, never a body: log::event("held", {{"call", id}, {"tool", tool}}).
// From any thread. Lines are logfmt text on stderr, or JSON.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "core/clock.hpp"

namespace holdfast::log {

enum class Level { debug, info, warning, error };
enum class Format { text, json };

using Fields = std::initializer_list<std::pair<std::string_view, std::string_view>>;

// Once, before threads start. Until then events go to stderr as text from level info.
void start(Format format, Level level);

void event(std::string_view name, Fields fields);
void warning(std::string_view name, Fields fields);
void error(std::string_view name, Fields fields);

// An event of every call, which happened then: its line waits for the next other one, or for flush(), which
// the receipt log calls after each batch. A crash may lose it; the receipt it tells of is not lost. Nobody
// waits here for the reader of the log, nor in flush(): what he does not take at once stays for the next
// time.
void frequent_event(std::string_view name, WallTime at, Fields fields);
void flush();

// The line event() would write, without its time: what is between quotes has no control characters.
[[nodiscard]] std::string line(Format format, std::string_view name, Fields fields);

}  // namespace holdfast::log
