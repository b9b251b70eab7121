#include "app/paint.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>

namespace holdfast::app {
namespace {

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody sets variables
  return value == nullptr ? std::string_view() : std::string_view(value);
}

}  // namespace

bool wants_colour() {
  return ::isatty(STDOUT_FILENO) == 1 && variable("NO_COLOR").empty() && variable("TERM") != "dumb";
}

std::string painted(std::string_view text, Colour colour) {
  static const bool wanted = wants_colour();
  int code = 0;  // ECMA-48 SGR
  switch (colour) {
    case Colour::plain:
      return std::string(text);
    case Colour::red:
      code = 31;
      break;
    case Colour::green:
      code = 32;
      break;
    case Colour::yellow:
      code = 33;
      break;
  }
  return wanted ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
}

}  // namespace holdfast::app
