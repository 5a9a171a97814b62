/// The lines of proc_pid_maps(5), and which of them are of shared memory: pure functions, which take any
/// text.
#pragma once

#include "processes.h"

namespace lens {

/// A line of proc_pid_maps(5): "start-end perms offset major:minor inode   path".
struct MapsLine {
  std::uint64_t from, to, offset, device, inode;
  bool writable, shared;
  /// Of the text that was read; empty where the mapping has none.
  std::string_view path;
};
/// nullopt: it has another form.
std::optional<MapsLine> parseMapsLine(std::string_view line);

/// What counts as shared memory.
struct SharedScope {
  /// Of files below /dev/shm; 0: there are none.
  std::uint64_t posixDevice;
  /// Of System V segments and memfds.
  std::uint64_t kernelDevice;
  /// Also memory without a name, and what the process has below its own /dev/shm, of this device.
  bool all = false;
  std::uint64_t elsewhere = 0;
};
/// nullopt: no mapping of shared memory. Of System V memory by an id that means something in the ipc
/// namespace of the process.
std::optional<Mapping> parseSharedMapping(pid_t pid, std::string_view line, const SharedScope& scope);

/// The file below /dev/shm of a named semaphore that this path is of, also where it has no name any more;
/// nullopt: it is none.
std::optional<std::string_view> semaphoreFileOf(std::string_view path);

}  // namespace lens
