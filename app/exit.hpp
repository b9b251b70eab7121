// How every command ends (09-interfaces): scripts depend on the numbers.
#pragma once

namespace holdfast::app {

enum Exit : int {
  kFine = 0,
  kBad = 1,     // what was checked is bad, or what was asked was refused
  kUsage = 2,   // the command line, or the credential it needs
  kCannot = 3,  // cannot reach, read, start or stop
};

}  // namespace holdfast::app
