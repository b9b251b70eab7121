// What a hold asks beyond `require` approvers out of some groups, and the room in limits that its call has:
// one column of its row, JSON, `{}` for most.
#pragma once

#include <string>

#include "approvals/hold.hpp"

namespace holdfast::approvals {

[[nodiscard]] std::string asking_text(const Hold& hold);
// False when the text is none that we write: a hold that asks less than it did must not be released.
[[nodiscard]] bool read_asking(const std::string& text, Hold& hold);

}  // namespace holdfast::approvals
