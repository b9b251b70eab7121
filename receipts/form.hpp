// Whether bytes have the form every entry has: RFC 8785, one object, integers only. What the writer asks of
// each entry before it commits it, without taking it apart: a mistake of ours must not reach the log, where
// nobody could take it out again. parse_entry asks more, in its own way.
#pragma once

#include <string_view>

namespace holdfast::receipts {

// Member names are plain ASCII here: no escapes. At most 16 levels.
[[nodiscard]] bool has_entry_form(std::string_view bytes);

}  // namespace holdfast::receipts
