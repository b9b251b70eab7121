// The control plane's front door.
#pragma once

#include <string>

namespace holdfast::control {

struct Options {
  std::string host = "127.0.0.1";
  std::string port = "8081";
  std::string url;  // public base used in links, no slash at the end; default http://<listen>
};

}  // namespace holdfast::control
