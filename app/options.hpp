// What the command line says to every command.
#pragma once

#include <string>

namespace holdfast::app {

struct CommonOptions {
  std::string config;      // --config; empty: see config::find_config
  std::string control;     // --control URL; empty: the configuration's control_plane.listen
  std::string token_file;  // --token-file
  bool json = false;       // --json: what the API returns, and nothing else
};

}  // namespace holdfast::app
