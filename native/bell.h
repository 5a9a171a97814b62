#pragma once

#include <pthread.h>

#include <chrono>
#include <mutex>

namespace lens {

/// A condition that wakes at a time of the monotonic clock; std::condition_variable needs glibc 2.30 for
/// that.
class Bell {
 public:
  using Clock = std::chrono::steady_clock;

  Bell() {
    pthread_condattr_t attributes;
    ::pthread_condattr_init(&attributes);
    ::pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    ::pthread_cond_init(&condition_, &attributes);
    ::pthread_condattr_destroy(&attributes);
  }
  Bell(const Bell&) = delete;
  Bell& operator=(const Bell&) = delete;
  ~Bell() { ::pthread_cond_destroy(&condition_); }

  void ring() { ::pthread_cond_signal(&condition_); }
  void wait(std::unique_lock<std::mutex>& held) {
    ::pthread_cond_wait(&condition_, held.mutex()->native_handle());
  }
  void waitUntil(std::unique_lock<std::mutex>& held, Clock::time_point time) {
    const auto since = std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
    const timespec until{since / 1'000'000'000, since % 1'000'000'000};
    ::pthread_cond_timedwait(&condition_, held.mutex()->native_handle(), &until);
  }

 private:
  pthread_cond_t condition_;
};

}  // namespace lens
