/// What is asked of System V semaphores on macOS, by those who take them and by those who look.
#pragma once

#include "../processes.h"
#include "systemv_darwin.h"

namespace lens::systemv {

int semidOf(const Key& key);
unsigned short semnumOf(const Key& key);

/// What changes with every use.
struct Counts {
  int value, waiters;
  /// Of who last changed it; 0: nobody.
  pid_t pid;
};

/// nullopt where it is gone or not for us. Who polls for it, as everyone with a time to wait must here, is no
/// waiter.
std::optional<Counts> countsOf(int semid, unsigned short semnum);

/// Who last changed a semaphore of this set: nullopt where that process has ended. One that started later has
/// only its number; when the set was used is told in whole seconds.
std::optional<Life> userOf(const semid_ds& set, pid_t pid);

}  // namespace lens::systemv
