/// Who runs, and who has which shared memory mapped.
#pragma once

#include <functional>

#include "ipc.h"

namespace lens {

/// "/proc/PID/FILE".
std::string ofProcess(pid_t pid, std::string_view file);

/// The whole of "/proc/PID/FILE": nullopt where it is hidden (isHidden()), with errno; fails where anything
/// else is the reason.
std::optional<std::string> readOfProcess(pid_t pid, std::string_view file);

struct Process {
  pid_t pid;
  std::string name, commandLine;
  unsigned uid = 0;
  /// Clock ticks since boot: with pid, an identity.
  std::uint64_t start = 0;
};

/// One mapping of shared memory: of POSIX memory by device and inode, of System V memory by shmid.
struct Mapping {
  pid_t pid;
  std::optional<std::uint64_t> device, inode;
  std::optional<int> shmid;
  std::uint64_t address, length, offset;
  bool writable;
};

struct Scan {
  std::vector<Process> processes;
  std::vector<Mapping> mappings;
  /// User ids of the processes whose maps we may not read, one for each.
  std::vector<unsigned> denied;
};

/// Every mapping of shared memory of this machine (of our ipc namespace). Slow: for a thread of its own.
/// Stops early, with what it has, once `stop` says so.
///
/// `all`: also of memory without a name here, as memfd_create(2) and MAP_ANONYMOUS give it, and of other
/// mount namespaces. System V segments of another ipc namespace are then told without an id, which would mean
/// another one.
Scan scanProcesses(bool all, const std::function<bool()>& stop);
/// The shared mappings of one process; empty where there are none, nothing where we may not look.
std::optional<std::vector<Mapping>> mappingsOf(pid_t pid);
/// nullopt: no such process.
std::optional<Process> process(pid_t pid);

/// The few facts that a look at a lock needs, from one read.
struct Life {
  std::string name;
  std::uint64_t start;
  /// Seconds since the epoch.
  double startedAt;
  /// A process that has ended and was not waited for.
  bool ended;
};
std::optional<Life> life(pid_t pid);

/// Whether shmids mean the same to that process as to us.
bool sharesIpcNamespace(pid_t pid);

/// Device of what the process finds below /dev/shm, where that is a memory file system; 0: it is none, or we
/// may not look.
std::uint64_t sharedMemoryDeviceOf(pid_t pid);

/// Device of System V segments and memfds, the kernel's own tmpfs.
std::uint64_t kernelMemoryDevice();

/// Name of a user, or the number as text.
std::string ownerName(unsigned uid);

}  // namespace lens
