// What the command line says to every command.
#pragma once

#include <string>

namespace holdfast::app {

struct CommonOptions {
  std::string config;      // --config; empty: see config::find_config
  std::string control;     // --control URL; empty: the configuration's control_plane.listen
  std::string token_file;  // --token-file
  std::string ca;          // --ca; empty: the system's roots
  std::string cert, key;   // --cert and --key: who we are to a control plane that asks; empty: nobody
  bool insecure = false;   // --insecure: --control may be http:// beyond loopback
  bool json = false;       // --json: what the API returns, and nothing else
};

}  // namespace holdfast::app
