/// The shared memory that one process has mapped or open, whatever it is called and whoever else can come to
/// it.
#pragma once

#include "ipc.h"

namespace lens {

/// One object of shared memory in a process.
struct SharedObject {
  /// System V: the id of the segment in the ipc namespace of the process stands in place of the inode.
  std::uint64_t device, inode;
  bool systemV;
  /// As proc_pid_maps(5) has it: "/memfd:name (deleted)", "/dev/zero (deleted)", "/dev/shm/name".
  std::string path;
  /// First address where it is mapped, and bytes from its first byte to the end of the last mapping; 0: it is
  /// only open.
  std::uint64_t address = 0, mapped = 0;
  bool writable = false;
  /// The process is in our ipc namespace.
  bool ours = false;
  /// What the system says of it; absent where we may not look.
  std::optional<Info> info = std::nullopt;
  /// Why it cannot be opened for reading; absent where it can.
  std::optional<Error> refusal = std::nullopt;
};

/// What a process has, by address; then what it has only open. `start` is that of the process, as in
/// `Process`.
struct SharedObjects {
  std::uint64_t start;
  std::vector<SharedObject> objects;
};

/// Opens nothing that could be read or written, and maps nothing. `not-found`: no such process;
/// `permission-denied`.
SharedObjects sharedObjects(pid_t pid);

}  // namespace lens
