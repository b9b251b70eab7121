// What the system says about an errno: "No such file or directory".
#pragma once

#include <string>

namespace holdfast {

// Every thread; std::strerror promises that only since glibc 2.32.
[[nodiscard]] std::string errno_text(int error);

}  // namespace holdfast
