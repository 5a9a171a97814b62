// What macOS is asked for that every system has: clock_gettime(3).
#include <ctime>

#include "system.h"

namespace lens {

const std::string_view mechanismOfNames = "posix";

std::chrono::nanoseconds threadTime() {
  timespec time;
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace lens
