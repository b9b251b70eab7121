#include "core/errno_text.hpp"

#include <array>
#include <cstring>

namespace holdfast {

std::string errno_text(int error) {
  std::array<char, 128> room{};
  return ::strerror_r(error, room.data(), room.size());  // GNU's: it may answer with a text of its own
}

}  // namespace holdfast
