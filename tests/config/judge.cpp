// Reads names of configuration files from stdin, one a line. Prints what the loader says of each, a line of
// JSON: its errors. For tests/scenarios/schema.mjs.
#include <iostream>
#include <string>

#include "config/config.hpp"
#include "core/json_text.hpp"

int main() {
  std::string name;
  while (std::getline(std::cin, name)) {
    std::string line = "[";
    for (const holdfast::Problem& problem : holdfast::config::load(name).problems) {
      if (problem.severity != holdfast::Severity::error) continue;
      if (line.size() > 1) line += ',';
      holdfast::json::append_string(line, problem.message);
    }
    std::cout << line << "]\n";
  }
  return 0;
}
