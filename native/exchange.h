/// What is done under a lock: waiting for it, and the four operations that hold it for one call.
#pragma once

#include "ipc.h"

namespace lens {

using Flag = std::shared_ptr<const std::atomic<bool>>;

/// How long a wait may last, and who may end it sooner.
class Patience {
 public:
  /// `stop`: the environment is ending. `cancel`: the caller changed its mind; may be null.
  Patience(std::chrono::milliseconds timeout, Flag stop, Flag cancel);
  bool over() const;
  bool cancelled() const;
  /// The next wait: at most 20 ms, so that a cancel is seen soon; 0 when over.
  std::chrono::milliseconds slice() const;

 private:
  std::chrono::steady_clock::time_point deadline_;
  Flag stop_, cancel_;
};

/// A taken lock; given back by release() or at the end of its life.
class Held {
 public:
  /// Waits. Fails with `busy` at the end of patience (call "cancel" where it was cancelled).
  Held(OpenedLock lock, const Patience& patience);
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;
  ~Held();
  /// Idempotent; `gone` when the semaphore was removed meanwhile. Returns microseconds held, 0 the second
  /// time.
  double release();
  const bool created;
  /// After release(): takes the semaphore away if this object made it.
  void discard() noexcept;

 private:
  bool waited(std::chrono::milliseconds slice);

  std::unique_ptr<Semaphore> semaphore_;
  std::chrono::steady_clock::time_point since_;
  std::atomic<bool> held_{false};
};

struct Exchanged {
  bool written;
  std::vector<std::byte> found;
  double heldUs;
};

/// Lock, compare with `expected`, write `bytes`, unlock. Without `lock`, no lock is taken; without
/// `expected`, nothing is compared or found.
Exchanged exchange(Segment& segment, const std::optional<Key>& lock, std::uint64_t offset,
                   std::optional<std::span<const std::byte>> expected, std::span<const std::byte> bytes,
                   const Patience& patience);

struct Copied {
  std::vector<std::byte> bytes;
  double heldUs;
};

/// Copies at most `length` bytes under `lock`.
Copied copyLocked(Segment& segment, const Key& lock, std::uint64_t offset, std::size_t length,
                  const Patience& patience);

/// Detaches under `lock` where it is given and exists.
Detached detach(Segment& segment, bool removeIfLast, const std::optional<Key>& lock,
                const Patience& patience);

struct Creation {
  std::uint64_t size;
  unsigned mode;
  std::optional<Key> lock;
};

/// Qt's order without Qt's hazards: probe, then open or make the lock, take it, make the segment, give it
/// back.
std::shared_ptr<Segment> create(const Key& key, const Creation& creation, const Patience& patience);

}  // namespace lens
