/// The parts of the POSIX mechanism on Linux, one file each: segments and semaphores.
#pragma once

#include "../ipc.h"

namespace lens::posix {

/// Path below /dev/shm of `name` ("/name"), with `prefix` before the name. `invalid-key` where the name is
/// empty, has an inner slash or a NUL, is "." or "..", lacks its leading slash or is longer than NAME_MAX.
std::string path(const Key& key, std::string_view prefix);

std::unique_ptr<Look> look(const Key& key);
OpenedLock openLock(const Key& key, bool create);
void removeLock(const Key& key);

}  // namespace lens::posix
