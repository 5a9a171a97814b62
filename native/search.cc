#include "search.h"

#include <algorithm>
#include <utility>

namespace lens {
namespace {

constexpr std::size_t chunk = 256 << 10;
/// Searched before the next hole is asked for: first little, then twice as much each time. Where data ends
/// the system tells only by going over all of it.
constexpr std::uint64_t shortestStep = 16 << 10, longestStep = 4 << 20;
constexpr std::chrono::milliseconds tellPeriod{50};

}  // namespace

Search::Search(std::shared_ptr<Segment> segment, Sought sought, Scope scope, std::function<void(Work&)> told)
    : Work(std::move(segment)), scope_(scope), told_(std::move(told)), batch_{{}, scope.start, scope.end,
                                                                              0,  false,       false} {
  if (auto* const patterns = std::get_if<std::vector<Pattern>>(&sought)) {
    for (Pattern& pattern : *patterns) {
      const Finder& finder = finders_.emplace_back(std::move(pattern));
      longest_ = std::max(longest_, finder.length());
      matchesZeros_ = matchesZeros_ || finder.matchesZeros();
    }
  } else {
    numbers_ = std::get<NumberRange>(sought);
    longest_ = numbers_->width;
    matchesZeros_ = numbers_->matchesZeros();
  }
  buffer_.emplace(chunk + longest_);
  thread_ = std::thread([this] { run(); });
}

Search::Batch Search::take() {
  const std::scoped_lock guard(mutex_);
  untaken_ = false;
  if (failure_) throw *failure_;
  Batch taken = batch_;
  batch_.hits.clear();
  return taken;
}

void Search::stop() noexcept {
  ended_ = true;
  if (thread_.joinable()) thread_.join();
}

void Search::run() {
  std::optional<Error> failure;
  try {
    search();
  } catch (...) {
    failure = caught();
  }
  if (ended_) return;
  {
    const std::scoped_lock guard(mutex_);
    failure_ = failure;
    batch_.done = true;
    untaken_ = true;
  }
  told_(*this);
}

void Search::search() {
  const std::uint64_t end = std::min(scope_.end, segment->state().size);
  {
    const std::scoped_lock guard(mutex_);
    batch_.end = end;
  }
  if (matchesZeros_) {
    scan(scope_.start, end);
    return;
  }
  // A place that matches has a byte that is no zero: it begins at most this far before data.
  const std::uint64_t before = longest_ - 1;
  std::uint64_t next = scope_.start, step = shortestStep;
  while (next < end && !ended_) {
    const auto data = segment->nextData(next);
    if (!data || data->offset >= end) break;
    const std::uint64_t from = std::max(next, data->offset - std::min(data->offset, before));
    step = data->offset > next ? shortestStep : std::min(2 * step, longestStep);
    next = std::min(end, data->offset + step);
    if (!scan(from, next)) return;
  }
  const std::scoped_lock guard(mutex_);
  batch_.position = end;
}

/// Finds what begins from `from` to before `to`; false where there is no more to do.
bool Search::scan(std::uint64_t from, std::uint64_t to) {
  for (std::uint64_t at = from; at < to && !ended_;) {
    const std::size_t starts = std::min<std::uint64_t>(to - at, chunk);
    const std::size_t wanted = std::min<std::uint64_t>(batch_.end - at, starts + longest_ - 1);
    const std::size_t count = segment->read(at, buffer_->first(wanted));
    const std::span in(reinterpret_cast<const std::uint8_t*>(buffer_->data()), count);
    // One more than may be told, to know whether there are more.
    const std::size_t most = scope_.most - batch_.total;
    auto hits = hitsIn(in, starts, at, most + 1);
    at += starts;
    // Only this thread adds to the batch's numbers, so it may read them without the mutex.
    bool over = false;
    {
      const std::scoped_lock guard(mutex_);
      over = batch_.capped = hits.size() > most;
      if (over) hits.resize(most);
      batch_.hits.insert(batch_.hits.end(), hits.begin(), hits.end());
      batch_.total += hits.size();
      batch_.position = at;
    }
    // Over, or cut short meanwhile.
    if (over || count < wanted) return false;
    tell();
  }
  return !ended_;
}

std::vector<Search::Hit> Search::hitsIn(std::span<const std::uint8_t> in, std::size_t starts,
                                        std::uint64_t first, std::size_t most) {
  std::vector<Hit> hits;
  const auto add = [&](std::size_t length) {
    for (const std::size_t place : places_) hits.push_back({first + place, length});
    places_.clear();
  };
  if (numbers_) {
    numbers_->find(in, starts, first, scope_.alignment, most, places_);
    add(numbers_->width);
    return hits;
  }
  for (Finder& finder : finders_) {
    finder.find(in, starts, first, scope_.alignment, most, places_);
    add(finder.length());
  }
  if (finders_.size() == 1) return hits;
  // Where several match at one place, the longest counts.
  std::sort(hits.begin(), hits.end(), [](const Hit& one, const Hit& two) {
    return one.offset != two.offset ? one.offset < two.offset : one.length > two.length;
  });
  const auto same = [](const Hit& one, const Hit& two) { return one.offset == two.offset; };
  hits.erase(std::unique(hits.begin(), hits.end(), same), hits.end());
  if (hits.size() > most) hits.resize(most);
  return hits;
}

void Search::tell() {
  {
    const std::scoped_lock guard(mutex_);
    const auto now = Clock::now();
    const bool first = batch_.total != 0 && batch_.total == batch_.hits.size() && !batch_.hits.empty();
    if (untaken_ || (!first && now < toldAt_ + tellPeriod)) return;
    untaken_ = true;
    toldAt_ = now;
  }
  told_(*this);
}

}  // namespace lens
