/// Threads: whose they are, and which lock they wait for.
#pragma once

#include <functional>
#include <span>

#include "ipc.h"

namespace lens {

/// A thread, and the process that it is of.
struct Thread {
  pid_t tid, pid;
  /// What it is called in its own pid namespace: equal to tid where that is ours.
  pid_t innerTid;
  /// Of the process.
  std::string name;
  /// Of the process: clock ticks since boot, and ms since the epoch.
  std::uint64_t start;
  double startedMs;
  /// The thread has ended; its process may live on.
  bool ended;
  /// Inode of its pid namespace; absent where we may not look.
  std::optional<std::uint64_t> pidNamespace;
};

/// nullopt: no such thread, as far as we may look.
std::optional<Thread> thread(pid_t tid);
/// The threads of one process; none where there is no such process.
std::vector<Thread> threadsOf(pid_t pid);

/// A thread that the kernel keeps until a word of memory changes, or a semaphore of a System V set.
struct Wait {
  pid_t tid, pid, innerTid;
  std::optional<std::uint64_t> address;
  std::optional<int> semid;
  /// Which of the set; absent where it waits for several, or where we may not look.
  std::optional<unsigned> semnum;
};

struct Waits {
  std::vector<Wait> waits;
  /// Processes whose threads we may not look into.
  std::vector<pid_t> denied;
};

/// What the threads of these processes wait for. Stops early, with what it has, once `stop` says so.
Waits waitsOf(std::span<const pid_t> pids, const std::function<bool()>& stop);

/// What a program was built for.
struct Abi {
  /// e_machine of elf(5).
  unsigned machine;
  bool wide, bigEndian;
  /// "glibc", "musl"; absent where none is loaded, or where we may not look.
  std::optional<std::string_view> library;
};

/// nullopt where there is no such process or we may not look.
std::optional<Abi> abi(pid_t pid);

}  // namespace lens
