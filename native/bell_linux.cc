// A bell on Linux: a futex (futex(2)); FUTEX_WAIT_BITSET takes an absolute time of CLOCK_MONOTONIC, which is
// what std::chrono::steady_clock counts.
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <ctime>

#include "bell.h"

namespace lens {
namespace {

void waitOn(std::atomic<std::uint32_t>& word, std::uint32_t value, const timespec* until) {
  ::syscall(SYS_futex, &word, FUTEX_WAIT_BITSET_PRIVATE, value, until, nullptr, FUTEX_BITSET_MATCH_ANY);
}

}  // namespace

static_assert(sizeof(std::atomic<std::uint32_t>) == sizeof(std::uint32_t));

void Bell::waitUntil(std::uint32_t ticket, Clock::time_point time) {
  const auto since = std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
  const timespec until{static_cast<time_t>(since / 1'000'000'000), static_cast<long>(since % 1'000'000'000)};
  waitOn(rings_, ticket, &until);
}

void Bell::wait(std::uint32_t ticket) {
  waitOn(rings_, ticket, nullptr);
}

void Bell::ring() {
  rings_ += 1;
  // A ring that is lost would let who waits sleep on.
  for (int round = 0; round < 3; ++round) {
    if (::syscall(SYS_futex, &rings_, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0) >= 0) return;
  }
}

}  // namespace lens
