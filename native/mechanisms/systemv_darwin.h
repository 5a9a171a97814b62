/// The parts of the System V mechanism on macOS, one file each: keys, what the kernel lists, segments,
/// semaphores.
#pragma once

#include <sys/sem.h>
#include <sys/shm.h>

#include <chrono>
#include <functional>

#include "../ipc.h"

namespace lens::systemv {

/// The number that `key` means; refuses IPC_PRIVATE (shmget would make a segment) and ids. ftok(3):
/// `not-found` where the file is missing; `invalid-key` for a relative path or a bad project id.
key_t numberOf(const Key& key);

/// A key file that this object made; stays unless discard() is called.
class MadeFile {
 public:
  /// Makes `key`'s file with Qt's mode 0640 where it does not exist; does nothing for other keys.
  explicit MadeFile(const Key& key);
  void discard() noexcept;

 private:
  std::string path_;
};

/// Removes the file of a segment that is being removed, as Qt does: an empty one of the segment's owner, that
/// still makes its key.
void removeKeyFile(const Key& key, const shmid_ds& segment);

/// Calls `visit` with each segment's id and what the kernel has of it, also of those that we may not read and
/// of those that were removed while somebody has them attached; until it answers false.
void eachSegment(const std::function<bool(int shmid, const shmid_ds& segment)>& visit);
/// One of them; nullopt where there is none (any more).
std::optional<shmid_ds> segmentOf(int shmid);
/// It was removed and lives on where it is attached: no key leads to it, and nobody attaches it any more.
bool isRemoved(const shmid_ds& segment);
/// The same of a set of semaphores.
std::optional<semid_ds> semaphoresOf(int semid);

/// kern.sysv.shmmax and the others, which whoever starts the system sets; nullopt where they are not known.
std::optional<std::uint64_t> limit(const char* name);

/// How much of it has memory, the system does not say at once: all of it is told.
Info describe(int shmid, const shmid_ds& segment);
/// As the kernel has it once nobody has it attached, or as it is after `patience`: who looks attaches for a
/// moment.
std::optional<shmid_ds> afterMoments(int shmid, std::chrono::milliseconds patience);
/// `orphan`: nobody had it attached before.
std::shared_ptr<Segment> openSegment(const Key& key, int shmid, std::uint64_t size, const Opening& opening,
                                     bool orphan);

std::unique_ptr<Look> look(const Key& key);
OpenedLock openLock(const Key& key, bool create);
void removeLock(const Key& key);

}  // namespace lens::systemv
