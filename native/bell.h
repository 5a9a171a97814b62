#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace lens {

/// Wakes one thread at a time of the monotonic clock, or sooner when it is rung. A condition variable would
/// cost two more system calls for every wait that ends in time, and needs glibc 2.30 for that clock.
class Bell {
 public:
  using Clock = std::chrono::steady_clock;

  /// To be taken under the caller's lock, before what it protects is looked at for the last time.
  std::uint32_t ticket() const { return rings_.load(); }
  /// Returns when it was rung since `ticket`, at `time`, or for no reason.
  void waitUntil(std::uint32_t ticket, Clock::time_point time);
  /// The same without a time.
  void wait(std::uint32_t ticket);
  void ring();

 private:
  std::atomic<std::uint32_t> rings_{0};
};

}  // namespace lens
