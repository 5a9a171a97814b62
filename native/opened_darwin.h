/// What processes of macOS have open: named memory and named semaphores, which no directory lists.
#pragma once

#include <functional>

#include "ipc.h"

namespace lens {

/// Every process that runs (proc_listpids of libproc.h).
std::vector<pid_t> allProcesses();

/// A named object that a process has open, as fill_pshminfo and fill_pseminfo of XNU tell of it.
struct Opened {
  std::string name;
  unsigned mode, uid, gid;
  /// Of memory: bytes. Of a semaphore: how often it is open, and once more for its name.
  std::uint64_t size;
  /// Of memory: where this descriptor was mapped last, 0: it never was. It may have been unmapped since.
  std::uint64_t address;
};

/// nullopt, with errno, where there is no such process or we may not look: the system tells of those of our
/// user alone, and the superuser of all.
std::optional<std::vector<Opened>> openedMemory(pid_t pid);
std::optional<std::vector<Opened>> openedSemaphores(pid_t pid);

/// What is said of a semaphore that we have open ourselves.
std::optional<Opened> openedSemaphore(int descriptor);

/// The mapping that holds this address in a process (PROC_PIDREGIONINFO).
struct Region {
  std::uint64_t address, length, offset;
  bool writable, shared;
  /// As View::object() has it.
  std::uint32_t object;
};
std::optional<Region> regionAt(pid_t pid, std::uint64_t address);

/// Stands for an inode, for the system tells none: of the name and of what the kernel calls the memory behind
/// it; 0 where that is not known. Equal for equal ones and, as far as 53 bits go, for no others.
std::uint64_t numberOf(std::string_view name, std::uint32_t object);

}  // namespace lens
