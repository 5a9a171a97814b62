#pragma once

#include <functional>
#include <mutex>
#include <thread>

#include "bell.h"
#include "work.h"

namespace lens {

/// Looks at a window of a segment many times a second, on a thread of its own, and says when there is
/// something new: other bytes, other holes, another size, a removal, another state of the lock, an error, or
/// noticeably another rate. Then it rests until it is told to go on. Takes no lock of the target unless it is
/// told to. Except for the thread, of one thread only.
class Watch final : public Work {
 public:
  struct Window {
    std::uint64_t offset;
    std::size_t length;
  };
  /// Bytes that differ from the look before, from the start of the window on.
  struct Run {
    std::size_t start, length;
  };
  /// How the bytes were copied: beside the lock (they may be torn), under it, or not at all because another
  /// held it for longer than a look can wait; then they are those of the look before.
  enum class Copy { unlocked, locked, busy };
  struct Seen {
    /// All bytes of the window that exist; valid until the next call.
    std::span<const std::byte> bytes;
    /// What differs from what was taken before, ascending; nothing where `whole`.
    std::span<const Run> runs;
    /// What was taken before is of no use: another window or length, not seen, or too many differences.
    bool whole;
    /// Size, removal or lock may differ from what they were when something was taken before.
    bool around;
    /// Where the window is a hole, as holes() tells; valid until the next call. Null where it is as when
    /// something was taken before.
    const std::vector<Extent>* holes;
    Copy copy;
  };

  /// `changed` is called on the thread, and must not call back. Throws std::system_error where there is no
  /// thread.
  Watch(std::shared_ptr<Segment> segment, std::optional<Key> lock, Window window, double hertz,
        std::function<void(Work&)> changed);
  ~Watch() override { stop(); }

  /// Looks there from now on, at once, and says so in any case.
  void window(Window window);
  /// Looks per second; begins to count anew. Tells something at most that often. Shortly after a change it
  /// looks several times as often where that leaves no trace, so that the next one is told without waiting.
  void pace(double hertz);
  /// Whether each look takes the lock for its copy, where one exists. At first it does not. Looks that find
  /// it taken come at most ten times a second.
  void underLock(bool wanted);
  /// What the last look saw; nullopt where nothing new is waiting. Throws what the look failed with.
  std::optional<Seen> take();
  /// Goes on after take(). `seen` false: the next look is something new in any case.
  void go(bool seen);
  /// Idempotent; `changed` is not called any more afterwards.
  void stop() noexcept override;
  /// Looks per second that are achieved, those between two turns left out, over the last second, one decimal;
  /// 0 before the first 200 ms.
  double rate() const;

 private:
  using Clock = Bell::Clock;

  /// What is asked for seldom, because it costs as much as the bytes.
  struct Surroundings {
    std::uint64_t size = 0;
    bool removed = false;
    Peek lock;
    bool operator==(const Surroundings&) const = default;
  };

  void run();
  bool look(Window window, Clock::time_point now, bool underLock);
  bool looked(Window window, Clock::time_point now, bool underLock);
  std::size_t copy(Window window, bool underLock);
  bool takeLock();
  bool compare(std::size_t length);
  bool lookForHoles(std::uint64_t offset);
  Surroundings surroundings();
  bool isEager(Window window, Clock::time_point now, bool underLock) const;
  void restartCount();
  bool count(Clock::time_point now);

  const std::optional<Key> lock_;
  const std::function<void(Work&)> changed_;

  // Of the thread; while it rests, what take() gives may be read by others.
  std::vector<std::byte> fresh_, seen_;
  std::size_t seenLength_ = 0;
  std::vector<Run> runs_;
  bool whole_ = true, aroundNews_ = true;
  Copy copy_ = Copy::unlocked;
  /// The last look found the lock taken.
  bool queued_ = false;
  /// seen_ is of the window that is looked at now.
  bool seenHere_ = false;
  std::unique_ptr<Semaphore> semaphore_;
  Surroundings around_;
  Clock::time_point aroundDue_, changedAt_;
  /// Of the window in the bytes of the last look.
  std::vector<Extent> holes_;
  bool holesNews_ = true;
  /// Whether there may be holes, and the memory that it was concluded from; another amount is a reason to
  /// look anew.
  bool sparse_ = false, memoryNews_ = true;
  std::optional<std::uint64_t> allocated_;
  std::optional<Error> failure_;

  mutable std::mutex mutex_;
  Bell bell_;
  Window window_;
  Clock::duration period_;
  /// When to look next, and when that counts.
  Clock::time_point due_, turn_, countedFrom_;
  unsigned looks_ = 0;
  double rate_ = 0, saidRate_ = 0;
  /// Counts the windows, so that a look that another window overtook says nothing.
  unsigned windows_ = 0, seenWindows_ = 0;
  bool force_ = true, resting_ = false, taken_ = true, overdue_ = false, ended_ = false, underLock_ = false;

  std::thread thread_;
};

}  // namespace lens
