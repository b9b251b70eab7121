// How long a stop may take. A thread that waits for a disk that hangs can be neither woken nor joined, and
// drains and destructors wait for it: so a stop has an end of its own.
#pragma once

#include <chrono>

namespace holdfast::app {

// The loops' ten seconds and the control plane's five, and as much again for the disk; and once nobody wants
// to wait for the calls any more.
inline constexpr std::chrono::seconds kTimeToStop{30};
inline constexpr std::chrono::seconds kTimeToHurry{10};

// From now on the process has this long, or what is left of what it was given before, if that is less. Then
// it ends with a sentence on stderr and exit code 3, whatever it is at: like kill -9, so nothing is answered
// that is not durable.
void stop_within(std::chrono::seconds time);

}  // namespace holdfast::app
