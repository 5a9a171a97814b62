/// The parts of the System V mechanism on macOS, one file each: what the kernel lists, segments.
#pragma once

#include <sys/shm.h>

#include <chrono>
#include <functional>

#include "systemv.h"

namespace lens::systemv {

/// Calls `visit` with each segment's id and what the kernel has of it, also of those that we may not read and
/// of those that were removed while somebody has them attached; until it answers false.
void eachSegment(const std::function<bool(int shmid, const shmid_ds& segment)>& visit);
/// One of them; nullopt where there is none (any more).
std::optional<shmid_ds> segmentOf(int shmid);
/// It was removed and lives on where it is attached: no key leads to it, and nobody attaches it any more.
bool isRemoved(const shmid_ds& segment);
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

}  // namespace lens::systemv
