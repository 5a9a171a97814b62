#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "bell.h"
#include "buffer.h"
#include "grains.h"
#include "work.h"

namespace lens {

/// Goes over a whole segment again and again on a thread of its own, within a share of one core, and notes by
/// digests where it changed. Holes are skipped and stay holes; nothing is mapped. Except for the thread, of
/// one thread only.
class Sweep final : public Work {
 public:
  struct Progress {
    /// Passes that are complete, and where the present one is.
    std::uint64_t passes = 0, position = 0, size = 0;
    /// Bytes of one grain, and of memory for all that is known of them.
    std::size_t grain = 0, memory = 0;
    /// Processor time of the last complete pass; 0 before.
    std::chrono::nanoseconds work{0};
  };

  /// `budget`: share of one core, to 1; with 0 it rests until it has another. `changed` is called on the
  /// thread, must not call back, and is called again at the earliest 250 ms later, after map() only. Throws
  /// std::system_error where there is no thread.
  Sweep(std::shared_ptr<Segment> segment, double budget, std::function<void(Work&)> changed);
  ~Sweep() override { stop(); }

  void budget(double share);
  /// As Grains::map; heat is gone after 10 s. Throws what the sweep failed with, which ended it.
  Grains::Map map(std::uint64_t from, std::uint64_t to, std::size_t buckets);
  Progress progress();
  /// A moment: what is found changed from now on is after it.
  Grains::Tick mark();
  Grains::Changes changedSince(Grains::Tick mark, std::size_t most);
  void stop() noexcept override;

 private:
  using Clock = Bell::Clock;

  void run();
  void sweep();
  void pass();
  void begin(std::uint64_t size);
  std::uint64_t dataFrom(std::uint64_t at);
  void skip(std::uint64_t from, std::uint64_t to);
  std::uint64_t look(std::uint64_t from, std::uint64_t to);
  bool isHole(std::uint64_t at);
  void noted(Grains::Noted noted, Clock::time_point now);
  void tell(Clock::time_point now, bool completed);
  void rest();
  Grains::Tick tick(Clock::time_point now) const;

  const std::function<void(Work&)> changed_;

  // Of the thread.
  const Buffer buffer_;
  std::vector<std::uint64_t> digests_;
  std::vector<std::size_t> fulls_;
  /// The digest of a grain of zeros.
  std::uint64_t zeros_ = 0;
  /// Up to here the pass knows that there are holes, from where it asked on; and whether the system tells of
  /// them.
  std::uint64_t data_ = 0;
  bool told_ = true;
  Clock::time_point workedFrom_;
  std::chrono::nanoseconds usedFrom_{0}, passFrom_{0};

  std::mutex mutex_;
  Bell bell_;
  /// Made anew for a segment of another order of size. Only the thread changes it.
  std::optional<Grains> grains_;
  std::optional<Error> failure_;
  std::uint64_t passes_ = 0, position_ = 0, size_ = 0;
  std::chrono::nanoseconds work_{0};
  Clock::time_point start_;
  Grains::Tick marks_ = 0;
  std::optional<Clock::time_point> changedAt_, toldAt_;
  bool fresh_ = true, untaken_ = false;
  std::atomic<double> budget_;
  std::atomic<bool> ended_{false};

  std::thread thread_;
};

}  // namespace lens
