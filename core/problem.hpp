// One mistake in a configuration: where it stands, what is wrong, and what to do about it.
#pragma once

#include <string>
#include <vector>

namespace holdfast {

struct Position {
  std::string file;
  int line = 0;    // from 1; 0: the file as a whole
  int column = 0;  // from 1, in bytes
};

enum class Severity { warning, error };

struct Problem {
  Severity severity = Severity::error;
  Position at;
  std::string message;  // one sentence
  std::string hint;     // what to write instead; may be empty
};

using Problems = std::vector<Problem>;

// `file:line:col`, or the file alone.
[[nodiscard]] std::string to_text(const Position& at);

// `file:line:col: message`, and a line with the hint (09-interfaces).
[[nodiscard]] std::string to_text(const Problem& problem);

[[nodiscard]] bool has_error(const Problems& problems);

}  // namespace holdfast
