#include "watch.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <utility>

namespace lens {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr milliseconds aroundPeriod{50};
constexpr milliseconds countPeriod{1000};
/// For a first rate, before a whole second is over.
constexpr milliseconds firstCount{200};

std::chrono::steady_clock::duration periodOf(double hertz) {
  return nanoseconds(std::llround(1e9 / hertz));
}

double perSecond(unsigned looks, std::chrono::steady_clock::duration elapsed) {
  return std::round(looks * 10 / std::chrono::duration<double>(elapsed).count()) / 10;
}

}  // namespace

Watch::Watch(std::shared_ptr<Segment> segment, std::optional<Key> lock, Window window, double hertz,
             std::function<void(Work&)> changed)
    : Work(std::move(segment)),
      lock_(std::move(lock)),
      changed_(std::move(changed)),
      window_(window),
      period_(periodOf(hertz)),
      due_(Clock::now()),
      countedFrom_(due_) {
  thread_ = std::thread([this] { run(); });
}

void Watch::window(Window window) {
  const std::scoped_lock guard(mutex_);
  window_ = window;
  windows_ += 1;
  force_ = true;
  resting_ = false;
  restartCount();
  bell_.ring();
}

void Watch::pace(double hertz) {
  const std::scoped_lock guard(mutex_);
  period_ = periodOf(hertz);
  restartCount();
  bell_.ring();
}

std::optional<std::span<const std::byte>> Watch::take() {
  const std::scoped_lock guard(mutex_);
  if (!resting_) return std::nullopt;
  if (const auto failure = std::exchange(failure_, std::nullopt)) throw *failure;
  return std::span(seen_).first(seenLength_);
}

void Watch::go(bool seen) {
  const std::scoped_lock guard(mutex_);
  force_ = force_ || !seen;
  resting_ = false;
  // Before its time, the thread wakes by itself.
  if (overdue_) bell_.ring();
}

void Watch::stop() noexcept {
  {
    const std::scoped_lock guard(mutex_);
    ended_ = true;
    resting_ = false;
    bell_.ring();
  }
  if (thread_.joinable()) thread_.join();
}

double Watch::rate() const {
  const std::scoped_lock guard(mutex_);
  return rate_;
}

void Watch::run() {
  std::unique_lock held(mutex_);
  while (!ended_) {
    const auto now = Clock::now();
    if (now < due_) {
      bell_.waitUntil(held, due_);
    } else if (resting_) {
      overdue_ = true;
      bell_.wait(held);
      overdue_ = false;
    } else {
      due_ += period_;
      // After a stall, go on from now: missed looks are not made up for.
      if (due_ < now) due_ = now + period_;
      const unsigned windows = windows_;
      const Window window = window_;
      held.unlock();
      const bool differs = look(window, now);
      held.lock();
      // Closed by us: nobody has to be told.
      if (failure_ && failure_->code == Code::closed) ended_ = true;
      if (ended_ || windows != windows_) continue;
      const bool noticeable = count(now);
      if (!differs && !force_ && !noticeable) continue;
      force_ = false;
      saidRate_ = rate_;
      resting_ = true;
      held.unlock();
      changed_(*this);
      held.lock();
    }
  }
}

/// Whether anything differs from the look before. What fails is something new, too.
bool Watch::look(Window window, Clock::time_point now) {
  failure_.reset();
  try {
    return looked(window, now);
  } catch (const Error& error) {
    failure_ = error;
  } catch (const std::bad_alloc&) {
    failure_ = Error{Code::outOfResources, "malloc", ENOMEM};
  } catch (...) {
    failure_ = Error{Code::unknown, "thread", 0};
  }
  return true;
}

bool Watch::looked(Window window, Clock::time_point now) {
  fresh_.resize(window.length);
  const std::size_t length = segment->read(window.offset, fresh_);
  bool differs = length != seenLength_;
  if (now >= aroundDue_ || differs) {
    aroundDue_ = now + aroundPeriod;
    Surroundings around = surroundings();
    differs = differs || around != around_;
    around_ = std::move(around);
  }
  if (length != seenLength_ || std::memcmp(fresh_.data(), seen_.data(), length) != 0) {
    std::swap(fresh_, seen_);
    seenLength_ = length;
    return true;
  }
  return differs;
}

Watch::Surroundings Watch::surroundings() const {
  const State state = segment->state();
  Surroundings around{state.size, state.removed, {}};
  try {
    if (lock_) around.lock = mechanism(*lock_).peek(*lock_);
  } catch (const Error&) {
    // What cannot be looked at is as good as none here; who asks for it by itself learns why.
  }
  return around;
}

void Watch::restartCount() {
  due_ = countedFrom_ = Clock::now();
  looks_ = 0;
}

/// Counts a look; whether the rate is noticeably another than the one that was said last.
bool Watch::count(Clock::time_point now) {
  looks_ += 1;
  const auto elapsed = now - countedFrom_;
  if (elapsed >= countPeriod) {
    rate_ = perSecond(looks_, elapsed);
    looks_ = 0;
    countedFrom_ = now;
  } else if (rate_ == 0 && elapsed > firstCount) {
    rate_ = perSecond(looks_ - 1, elapsed);
  }
  return std::abs(rate_ - saidRate_) >= std::max(1.0, rate_ / 20);
}

}  // namespace lens
