// The command line of holdfast: the only place that knows CLI11.
#pragma once

namespace holdfast::app {

// Parses, runs the command, and returns the process's exit code (app/exit.hpp).
[[nodiscard]] int run_command_line(int argc, char** argv);

}  // namespace holdfast::app
