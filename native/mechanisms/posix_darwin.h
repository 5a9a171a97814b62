/// The parts of the POSIX mechanism on macOS, one file each: segments and semaphores.
#pragma once

#include "../ipc.h"

namespace lens::posix {

/// Bytes that a name may have with its slash: PSHMNAMLEN of XNU's bsd/sys/posix_shm.h, and one less than
/// PSEMNAMLEN of bsd/sys/posix_sem.h, which counts the NUL.
inline constexpr std::size_t longestSegmentName = 31, longestSemaphoreName = 30;

/// `invalid-key` of `call` where the name is empty, lacks its leading slash, has a NUL, or is longer than
/// `longest` (ENAMETOOLONG). To the kernel a name is no path: it may have more slashes.
const std::string& nameOf(const Key& key, const char* call, std::size_t longest);

std::unique_ptr<Look> look(const Key& key);
OpenedLock openLock(const Key& key, bool create);
void removeLock(const Key& key);

}  // namespace lens::posix
