/// The parts of the System V mechanism that Linux and macOS share: keys with their files, and semaphores.
#pragma once

#include <sys/types.h>

#include <chrono>

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

std::unique_ptr<Look> look(const Key& key);
OpenedLock openLock(const Key& key, bool create);
void removeLock(const Key& key);

/// What each of the two systems does in its own way: takes a semaphore, within `slice` at most, to be given
/// back at our end; `gone` where it is no more.
bool take(int semid, unsigned short semnum, std::chrono::milliseconds slice);
/// The call that take() makes.
extern const char* const takeCall;
/// What the system tells anyone of a set that we may not read: that it exists, mode and owner.
void describeUnreadable(int semid, Peek& peek);

}  // namespace lens::systemv
