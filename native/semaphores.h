/// Who has a named POSIX semaphore open: each maps its file.
#pragma once

#include <functional>

#include "ipc.h"

namespace lens {

struct SemaphoreMapping {
  pid_t pid;
  std::uint64_t device, inode;
  /// The file's name below /dev/shm as its maps have it: "sem.NAME", for who made it "sem." and six
  /// characters.
  std::string name;
  /// A file of a semaphore has this inode now. That the name in maps is gone says nothing: for who made it,
  /// it always is, because glibc links the file under its name afterwards.
  bool linked;
  std::uint64_t address, length;
};

struct SemaphoreScan {
  std::vector<SemaphoreMapping> mappings;
  /// User ids of the processes whose maps we may not read, one for each.
  std::vector<unsigned> denied;
};

/// Every mapping of a named semaphore of this machine. Slow: for a thread of its own. Stops early, with what
/// it has, once `stop` says so.
SemaphoreScan scanSemaphores(const std::function<bool()>& stop);

}  // namespace lens
