/// How Linux leads to an object of shared memory that a process has.
#pragma once

#include "descriptor.h"
#include "process_memory.h"

namespace lens {

/// Leads to the object (O_PATH of open(2)), for fstat(2) and for reopen(). The process lives and has it
/// still, and no later process of that number, descriptor or address can be meant. `not-found` where that is
/// not so any more, `permission-denied` of "map_files" where only /proc/PID/map_files leads there, which
/// needs CAP_SYS_ADMIN or CAP_CHECKPOINT_RESTORE.
Descriptor findShared(const ProcessObject& object);

/// Opens what such a descriptor leads to.
Descriptor reopen(const Descriptor& found, int flags);

/// Whether the process still runs, and is no later one of that number.
bool runs(const ProcessObject& object);

}  // namespace lens
