#include "sweep.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "digest.h"
#include "system.h"

namespace lens {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

/// Read at once: fits a second-level cache with room for what is known of it.
constexpr std::size_t block = 256 << 10;
/// Read at once after a hole, and then twice as much each time: there may soon be another.
constexpr std::size_t shortestStep = 16 << 10;
/// Past every segment.
constexpr std::uint64_t noMore = 1ull << 62;
constexpr std::array<std::byte, longestGrain> nothing{};
/// A segment of up to this many of the shortest grains is seen that finely.
constexpr std::uint64_t mostFineGrains = 4096;
constexpr milliseconds tickLength{100}, coldAfter{10'000}, tellPeriod{250}, leastPass{100};
/// Worked off before resting, so that the thread wakes seldom.
constexpr nanoseconds leastWork = milliseconds(2);

std::size_t grainFor(std::uint64_t size) {
  std::size_t grain = shortestGrain;
  while (grain < longestGrain && size / grain > mostFineGrains) grain *= 2;
  return grain;
}

std::uint64_t roundedUp(std::uint64_t number, std::uint64_t unit) {
  return (number + unit - 1) / unit * unit;
}

}  // namespace

Sweep::Sweep(std::shared_ptr<Segment> segment, double budget, std::function<void(Work&)> changed)
    : Work(std::move(segment)),
      changed_(std::move(changed)),
      buffer_(block),
      digests_(block / shortestGrain),
      fulls_(block / shortestGrain),
      grains_(std::in_place, longestGrain),
      start_(Clock::now()),
      budget_(budget) {
  thread_ = std::thread([this] { run(); });
}

void Sweep::budget(double share) {
  const std::scoped_lock guard(mutex_);
  budget_ = share;
  bell_.ring();
}

Grains::Map Sweep::map(std::uint64_t from, std::uint64_t to, std::size_t buckets) {
  const std::scoped_lock guard(mutex_);
  if (failure_) throw *failure_;
  untaken_ = false;
  return grains_->map(from, to, buckets, size_, tick(Clock::now()), coldAfter / tickLength);
}

Sweep::Progress Sweep::progress() {
  const std::scoped_lock guard(mutex_);
  return {passes_, position_, size_, grains_->grain, grains_->memory() + block, work_};
}

Grains::Tick Sweep::mark() {
  const std::scoped_lock guard(mutex_);
  const Grains::Tick now = tick(Clock::now());
  // Whatever is found from here on has a later one.
  marks_ += 1;
  return now;
}

Grains::Changes Sweep::changedSince(Grains::Tick mark, std::size_t most) {
  const std::scoped_lock guard(mutex_);
  if (failure_) throw *failure_;
  Grains::Changes changes = grains_->changedSince(mark, most);
  // The last grain may be longer than what is left of the segment.
  if (changes.runs.empty()) return changes;
  Extent& last = changes.runs.back();
  if (last.offset + last.length > size_) last.length = size_ - std::min(size_, last.offset);
  return changes;
}

void Sweep::stop() noexcept {
  {
    const std::scoped_lock guard(mutex_);
    ended_ = true;
    bell_.ring();
  }
  if (thread_.joinable()) thread_.join();
}

void Sweep::run() {
  std::optional<Error> failure;
  try {
    sweep();
    return;
  } catch (...) {
    failure = caught();
  }
  // Closed by us: nobody has to be told.
  if (ended_ || failure->code == Code::closed) return;
  {
    const std::scoped_lock guard(mutex_);
    failure_ = failure;
  }
  changed_(*this);
}

void Sweep::sweep() {
  workedFrom_ = Clock::now();
  usedFrom_ = threadTime();
  while (!ended_) {
    rest();
    const auto started = Clock::now();
    passFrom_ = threadTime();
    pass();
    if (ended_) return;
    tell(Clock::now(), true);
    for (;;) {
      const auto ticket = bell_.ticket();
      if (ended_ || Clock::now() >= started + leastPass) break;
      bell_.waitUntil(ticket, started + leastPass);
    }
  }
}

void Sweep::pass() {
  const std::uint64_t size = segment->state().size;
  begin(size);
  const std::uint64_t grain = grains_->grain, end = roundedUp(size, grain);
  std::uint64_t at = 0, step = shortestStep;
  dataFrom(0);
  while (at < size && !ended_) {
    const std::uint64_t from = std::clamp(data_ / grain * grain, at, end);
    if (from > at) {
      skip(at, from);
      step = shortestStep;
    }
    rest();
    if (from >= size) break;
    at = std::min(size, from + step);
    const std::uint64_t there = look(from, at);
    tell(Clock::now(), false);
    // Cut short meanwhile: the next pass sees how long it is.
    if (there < at - from) return;
    step = std::min<std::uint64_t>(2 * step, block);
  }
}

void Sweep::begin(std::uint64_t size) {
  const std::size_t grain = grainFor(size);
  zeros_ = digest(std::span(nothing).first(grain));
  data_ = 0;
  told_ = true;
  const std::scoped_lock guard(mutex_);
  position_ = 0;
  if (grain != grains_->grain) {
    grains_.emplace(grain);
    passes_ = 0;
  }
  if (size < size_) grains_->cut((size + grain - 1) / grain);
  fresh_ = fresh_ || size != size_;
  size_ = size;
  // After 19 days: what changed before is no longer told from what never did.
  if (tick(Clock::now()) > Grains::lastTick - 100'000) {
    grains_->forgetTicks();
    start_ = Clock::now();
    marks_ = 0;
  }
}

/// Notes that there are holes.
void Sweep::skip(std::uint64_t from, std::uint64_t to) {
  const std::scoped_lock guard(mutex_);
  const auto now = Clock::now();
  noted(grains_->noteHoles(from / grains_->grain, to / grains_->grain, passes_ == 0 ? 0 : tick(now)), now);
  position_ = to;
}

/// Reads, compares with what is known and notes what differs; answers how many bytes there were.
std::uint64_t Sweep::look(std::uint64_t from, std::uint64_t to) {
  const std::size_t grain = grains_->grain;
  const std::uint64_t count = segment->read(from, buffer_.first(to - from));
  const std::size_t grains = (count + grain - 1) / grain;
  std::memset(buffer_.data() + count, 0, grains * grain - count);
  const std::uint64_t first = from / grain;
  bool differs = false, asked = false;
  for (std::size_t at = 0; at < grains; ++at) {
    const auto bytes = std::span<const std::byte>(buffer_.data() + at * grain, grain);
    digests_[at] = digest(bytes);
    if (digests_[at] == zeros_) {
      const std::uint64_t place = (first + at) * grain;
      // The system takes longer to say what they are than to read them: once in a block for what is known.
      const bool asks = place >= data_;
      if (!(asks && asked && grains_->same(first + at, zeros_)) && isHole(place)) digests_[at] = Grains::hole;
      asked = asked || asks;
    }
    if (grains_->same(first + at, digests_[at])) continue;
    fulls_[at] = nonZeros(bytes);
    differs = true;
  }
  const std::scoped_lock guard(mutex_);
  position_ = from + count;
  if (!differs) return count;
  const auto now = Clock::now();
  const Grains::Tick moment = passes_ == 0 ? 0 : tick(now);
  for (std::size_t at = 0; at < grains; ++at) {
    const std::uint64_t index = first + at;
    if (grains_->same(index, digests_[at])) continue;
    const bool hole = digests_[at] == Grains::hole;
    noted(hole ? grains_->noteHoles(index, index + 1, moment)
               : grains_->note(index, digests_[at], fulls_[at], moment),
          now);
  }
  return count;
}

/// Whether zeros are a hole. Where the system does not tell, they are taken for one and cost no memory.
bool Sweep::isHole(std::uint64_t at) {
  const std::uint64_t data = dataFrom(at);
  return !told_ || data > at;
}

/// Where data begins, from `at` on, which never goes back in a pass.
std::uint64_t Sweep::dataFrom(std::uint64_t at) {
  if (told_ && at >= data_) {
    const auto next = segment->nextData(at);
    told_ = !next || next->told;
    data_ = next ? next->offset : noMore;
  }
  return std::max(at, data_);
}

/// The caller holds the mutex.
void Sweep::noted(Grains::Noted noted, Clock::time_point now) {
  fresh_ = fresh_ || noted.map;
  if (noted.bytes && passes_ != 0) changedAt_ = now;
}

/// Says that the map is another one: also while it cools down.
void Sweep::tell(Clock::time_point now, bool completed) {
  {
    const std::scoped_lock guard(mutex_);
    if (ended_) return;
    if (completed) {
      fresh_ = fresh_ || passes_ == 0;
      passes_ += 1;
      work_ = threadTime() - passFrom_;
    }
    if (untaken_ || (toldAt_ && now < *toldAt_ + tellPeriod)) return;
    const bool cooling = changedAt_ && now < *changedAt_ + coldAfter + 2 * tellPeriod;
    if (!fresh_ && !cooling) return;
    fresh_ = false;
    untaken_ = true;
    toldAt_ = now;
  }
  changed_(*this);
}

/// Sleeps for as long as the budget asks for after what was used.
void Sweep::rest() {
  // The processor's time costs a system call of microseconds to ask for, and is never more than the clock's.
  if (budget_ != 0 && Clock::now() < workedFrom_ + leastWork) return;
  const nanoseconds used = threadTime() - usedFrom_;
  if (used < leastWork && budget_ != 0) return;
  for (;;) {
    const auto ticket = bell_.ticket();
    const double budget = budget_;
    if (ended_) break;
    if (budget == 0) {
      bell_.wait(ticket);
      continue;
    }
    const auto due =
        workedFrom_ + nanoseconds(static_cast<std::int64_t>(static_cast<double>(used.count()) / budget));
    if (Clock::now() >= due) break;
    bell_.waitUntil(ticket, due);
  }
  workedFrom_ = Clock::now();
  usedFrom_ = threadTime();
}

/// The caller holds the mutex.
Grains::Tick Sweep::tick(Clock::time_point now) const {
  const auto since = static_cast<std::uint64_t>((now - start_) / tickLength) + 1 + marks_;
  return static_cast<Grains::Tick>(std::min<std::uint64_t>(since, Grains::lastTick));
}

}  // namespace lens
