// A bell on Windows: WaitOnAddress, which takes whole milliseconds from now on and wakes at a tick of the
// system's clock, up to 16 ms later.
#include <windows.h>

#include "bell.h"

namespace lens {

static_assert(sizeof(std::atomic<std::uint32_t>) == sizeof(std::uint32_t));

void Bell::waitUntil(std::uint32_t ticket, Clock::time_point time) {
  constexpr std::int64_t longest = 1'000'000'000;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(time - Clock::now()).count();
  if (left <= 0) return;
  ::WaitOnAddress(&rings_, &ticket, sizeof ticket, static_cast<DWORD>(left < longest ? left : longest));
}

void Bell::wait(std::uint32_t ticket) {
  ::WaitOnAddress(&rings_, &ticket, sizeof ticket, INFINITE);
}

void Bell::ring() {
  rings_ += 1;
  ::WakeByAddressSingle(&rings_);
}

}  // namespace lens
