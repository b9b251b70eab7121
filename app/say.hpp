// What commands print: results on stdout, complaints on stderr.
#pragma once

#include <string_view>

namespace holdfast::app {

// The text and a line feed.
void say(std::string_view line);
// The bytes as they are, nothing added.
void write_exactly(std::string_view bytes);
// `holdfast: <sentence>` on stderr; returns the exit code, so that a command can end with it.
int complain(int code, std::string_view sentence);

}  // namespace holdfast::app
