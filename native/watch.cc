#include "watch.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "holes.h"

namespace lens {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr milliseconds aroundPeriod{100};
constexpr milliseconds countPeriod{1000};
/// For a first rate, before a whole second is over.
constexpr milliseconds firstCount{200};
/// How long one look waits for the lock; nothing is held meanwhile.
constexpr milliseconds lockPatience{5};
/// Between two looks where programs queue for the lock. Each look that takes a turn among them costs them
/// more than the turn: who is woken where changes, and they run slower for a while.
constexpr milliseconds crowdedPeriod{100};
/// For so long after a change, the next one is looked for so many times as often: what changed of late will
/// change again, and then need not wait for its turn.
constexpr milliseconds eagerFor{2000};
constexpr int eagerness = 4;
/// Far more than a screen shows; so many times as often it costs what 64 KiB cost at their pace.
constexpr std::size_t eagerLength = 16384;
/// Differences nearer than this make one run: a run costs as much as that to tell.
constexpr std::size_t mergeGap = 16;
/// More runs, or more bytes in them than this part of all, and the whole is cheaper.
constexpr std::size_t mostRuns = 256;

std::chrono::steady_clock::duration periodOf(double hertz) {
  return nanoseconds(std::llround(1e9 / hertz));
}

using Bytes = std::span<const std::byte>;

/// The first index from `at` on where the two differ; the length where they do not. Eight bytes at a time.
std::size_t nextDifference(Bytes a, Bytes b, std::size_t at) {
  for (; at + 8 <= a.size(); at += 8) {
    std::uint64_t left, right;
    std::memcpy(&left, a.data() + at, 8);
    std::memcpy(&right, b.data() + at, 8);
    if (left != right) break;
  }
  while (at < a.size() && a[at] == b[at]) at += 1;
  return at;
}

/// One past the last difference of a run that begins at `at`.
std::size_t endOfRun(Bytes a, Bytes b, std::size_t at) {
  std::size_t end = at + 1;
  for (std::size_t next = end; next < a.size() && next - end < mergeGap; ++next) {
    if (a[next] != b[next]) end = next + 1;
  }
  return end;
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
      turn_(due_),
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

void Watch::underLock(bool wanted) {
  const std::scoped_lock guard(mutex_);
  underLock_ = wanted;
}

std::optional<Watch::Seen> Watch::take() {
  const std::scoped_lock guard(mutex_);
  if (!resting_) return std::nullopt;
  taken_ = true;
  if (const auto failure = std::exchange(failure_, std::nullopt)) throw *failure;
  return Seen{std::span(seen_).first(seenLength_),
              runs_,
              whole_,
              std::exchange(aroundNews_, false),
              std::exchange(holesNews_, false) ? &holes_ : nullptr,
              copy_};
}

void Watch::go(bool seen) {
  const std::scoped_lock guard(mutex_);
  // What nobody took, nobody saw.
  force_ = force_ || !seen || !taken_;
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
  // Its file and mapping go now, and not when what JavaScript has of this is collected.
  semaphore_.reset();
}

double Watch::rate() const {
  const std::scoped_lock guard(mutex_);
  return rate_;
}

void Watch::run() {
  std::unique_lock held(mutex_);
  while (!ended_) {
    const auto now = Clock::now();
    const std::uint32_t ticket = bell_.ticket();
    if (now < due_) {
      const auto due = due_;
      held.unlock();
      bell_.waitUntil(ticket, due);
      held.lock();
    } else if (resting_) {
      overdue_ = true;
      held.unlock();
      bell_.wait(ticket);
      held.lock();
      overdue_ = false;
    } else {
      const bool isTurn = now >= turn_;
      if (isTurn) turn_ += period_;
      // After a stall, go on from now: missed looks are not made up for.
      if (turn_ < now) turn_ = now + period_;
      const unsigned windows = windows_;
      const Window window = window_;
      const bool underLock = underLock_;
      if (std::exchange(seenWindows_, windows) != windows) seenHere_ = false;
      held.unlock();
      const bool differs = look(window, now, underLock);
      held.lock();
      // Closed by us: nobody has to be told.
      if (failure_ && failure_->code == Code::closed) ended_ = true;
      if (ended_ || windows != windows_) continue;
      if (queued_) turn_ = std::max(turn_, now + crowdedPeriod);
      due_ = turn_;
      const bool noticeable = isTurn && count(now);
      if (!differs && !force_ && !noticeable) {
        if (isEager(window, now, underLock)) due_ = std::min(turn_, now + period_ / eagerness);
        continue;
      }
      whole_ = whole_ || force_;
      aroundNews_ = aroundNews_ || force_;
      holesNews_ = holesNews_ || force_;
      if (whole_) runs_.clear();
      force_ = false;
      saidRate_ = rate_;
      resting_ = true;
      taken_ = false;
      held.unlock();
      changed_(*this);
      held.lock();
    }
  }
}

/// Whether anything differs from the look before. What fails is something new, too.
bool Watch::look(Window window, Clock::time_point now, bool underLock) {
  failure_.reset();
  try {
    return looked(window, now, underLock);
  } catch (...) {
    failure_ = caught();
  }
  return true;
}

bool Watch::looked(Window window, Clock::time_point now, bool underLock) {
  queued_ = false;
  const bool due = now >= aroundDue_;
  // A semaphore may be replaced under its name: never trust one for longer.
  if (due || !underLock) semaphore_.reset();
  const Copy before = copy_;
  const std::size_t length = copy(window, underLock);
  bool differs = copy_ != before;
  if (due || length != seenLength_) {
    aroundDue_ = now + aroundPeriod;
    Surroundings around = surroundings();
    if (around != around_) differs = aroundNews_ = true;
    around_ = std::move(around);
  }
  const bool bytesDiffer = compare(length);
  if (bytesDiffer) changedAt_ = now;
  // Bytes that are as they were are holes where they were, unless memory came or went.
  const bool holesDiffer = (bytesDiffer || memoryNews_) && lookForHoles(window.offset);
  return bytesDiffer || holesDiffer || differs;
}

/// Fills fresh_ and says how it was copied; bytes copied.
std::size_t Watch::copy(Window window, bool underLock) {
  fresh_.resize(window.length);
  if (underLock && lock_ && !semaphore_) {
    try {
      semaphore_ = mechanism(*lock_).openLock(*lock_, false).semaphore;
    } catch (const Error& error) {
      if (error.code != Code::notFound) throw;
    }
  }
  if (!underLock || !semaphore_) {
    copy_ = Copy::unlocked;
    return segment->read(window.offset, fresh_);
  }
  if (!takeLock()) {
    if (seenHere_) {
      copy_ = Copy::busy;
      std::memcpy(fresh_.data(), seen_.data(), seenLength_);
      return seenLength_;
    }
    // Nothing of this window was ever seen: better bytes that may be torn, and say so, than none.
    copy_ = Copy::unlocked;
    return segment->read(window.offset, fresh_);
  }
  copy_ = Copy::locked;
  const auto giveBack = [this] {
    try {
      semaphore_->post();
    } catch (const Error&) {
      // The semaphore is gone, and with it the lock.
      semaphore_.reset();
    }
  };
  try {
    const std::size_t length = segment->read(window.offset, fresh_);
    giveBack();
    return length;
  } catch (...) {
    giveBack();
    throw;
  }
}

bool Watch::takeLock() {
  try {
    if (semaphore_->wait(milliseconds(0))) return true;
    queued_ = true;
    return semaphore_->wait(lockPatience);
  } catch (const Error& error) {
    semaphore_.reset();
    if (error.code != Code::gone) throw;
    return false;
  }
}

/// Compares fresh_ with seen_, keeps the runs that differ, and makes fresh_ the seen one. Whether any did.
bool Watch::compare(std::size_t length) {
  runs_.clear();
  whole_ = length != seenLength_ || !seenHere_;
  seenHere_ = true;
  const Bytes fresh = std::span(fresh_).first(length);
  if (!whole_) {
    if (std::memcmp(fresh.data(), seen_.data(), length) == 0) return false;
    const Bytes seen = std::span(seen_).first(length);
    std::size_t told = 0;
    for (std::size_t at = nextDifference(fresh, seen, 0); at < length;) {
      const std::size_t end = endOfRun(fresh, seen, at);
      runs_.push_back({at, end - at});
      told += end - at;
      if (runs_.size() > mostRuns || told > length / 4 * 3) {
        whole_ = true;
        break;
      }
      at = nextDifference(fresh, seen, end);
    }
  }
  std::swap(fresh_, seen_);
  seenLength_ = length;
  return true;
}

/// Whether there are other holes in seen_ than before.
bool Watch::lookForHoles(std::uint64_t offset) {
  memoryNews_ = false;
  if (!sparse_ && holes_.empty()) return false;
  auto found = sparse_ ? holes(*segment, offset, Bytes(seen_).first(seenLength_)) : std::vector<Extent>();
  if (found == holes_) return false;
  holes_ = std::move(found);
  holesNews_ = true;
  return true;
}

Watch::Surroundings Watch::surroundings() {
  const State state = segment->state();
  memoryNews_ = memoryNews_ || state.allocated != allocated_ || state.size != around_.size;
  allocated_ = state.allocated;
  sparse_ = mayHaveHoles(state);
  Surroundings around{state.size, state.removed, {}};
  try {
    if (lock_) around.lock = mechanism(*lock_).peek(*lock_);
  } catch (const Error&) {
    // What cannot be looked at is as good as none here; who asks for it by itself learns why.
  }
  return around;
}

/// Whether to look before the next turn: where nobody notices, neither the target nor the system's records.
bool Watch::isEager(Window window, Clock::time_point now, bool underLock) const {
  if (underLock || window.length > eagerLength || now - changedAt_ > eagerFor) return false;
  const Route route = segment->route();
  return route == Route::file || route == Route::own;
}

void Watch::restartCount() {
  due_ = turn_ = countedFrom_ = Clock::now();
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
