// JSON strings for the eyes of a person at a terminal or in a log viewer.
#pragma once

#include <string>
#include <string_view>

namespace holdfast::json {

// As append_string, and what would be unseen or turn the direction of writing is escaped too: the C1
// controls, format characters (bidirectional overrides, zero-width joiners), line and paragraph separators,
// private and unassigned code points. JSON reads the same text. Bytes that are not UTF-8 become U+FFFD.
void append_visible(std::string& out, std::string_view text);

}  // namespace holdfast::json
