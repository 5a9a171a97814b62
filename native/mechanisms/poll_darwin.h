#pragma once

#include <algorithm>
#include <chrono>
#include <thread>

namespace lens {

/// Tries until it succeeds, for `slice` at most: macOS has no wait for a semaphore that ends at a time
/// (neither semtimedop(2) nor sem_timedwait(3)), and one that does not could not be cancelled. The pauses
/// grow to 10 ms.
template <typename Try>
bool tryFor(std::chrono::milliseconds slice, Try attempt) {
  using Clock = std::chrono::steady_clock;
  constexpr Clock::duration longest = std::chrono::milliseconds(10);
  const auto end = Clock::now() + slice;
  for (Clock::duration pause = std::chrono::microseconds(100);; pause = std::min(pause * 2, longest)) {
    if (attempt()) return true;
    const auto left = end - Clock::now();
    if (left <= Clock::duration::zero()) return false;
    std::this_thread::sleep_for(std::min(pause, left));
  }
}

}  // namespace lens
