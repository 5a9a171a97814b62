// A bell on macOS, which offers programs a wait on a word of memory from version 14.4 on
// (os_sync_wait_on_address(3)): before that, conditions (pthread_cond_timedwait_relative_np(3)), which many
// bells share, for a bell has room for its word alone.
#include <pthread.h>

#include <ctime>

#include "bell.h"

namespace lens {
namespace {

/// Never destroyed: threads may still wait while the process ends.
struct Place {
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t rung = PTHREAD_COND_INITIALIZER;
};

Place& placeOf(const void* bell) {
  constexpr std::size_t count = 16, apart = 64;
  static constinit Place places[count];
  return places[reinterpret_cast<std::uintptr_t>(bell) / apart % count];
}

/// A lock of a place for the life of this object.
class Inside {
 public:
  explicit Inside(Place& place) : place_(place) { ::pthread_mutex_lock(&place_.mutex); }
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;
  ~Inside() { ::pthread_mutex_unlock(&place_.mutex); }

 private:
  Place& place_;
};

}  // namespace

void Bell::waitUntil(std::uint32_t ticket, Clock::time_point time) {
  const auto left = std::chrono::duration_cast<std::chrono::nanoseconds>(time - Clock::now()).count();
  if (left <= 0) return;
  const timespec during{static_cast<time_t>(left / 1'000'000'000), static_cast<long>(left % 1'000'000'000)};
  Place& place = placeOf(this);
  const Inside inside(place);
  if (rings_ == ticket) ::pthread_cond_timedwait_relative_np(&place.rung, &place.mutex, &during);
}

void Bell::wait(std::uint32_t ticket) {
  Place& place = placeOf(this);
  const Inside inside(place);
  if (rings_ == ticket) ::pthread_cond_wait(&place.rung, &place.mutex);
}

/// Within the lock, so that no ring falls between another's look at its word and its wait.
void Bell::ring() {
  Place& place = placeOf(this);
  const Inside inside(place);
  rings_ += 1;
  ::pthread_cond_broadcast(&place.rung);
}

}  // namespace lens
