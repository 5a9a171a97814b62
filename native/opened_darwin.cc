// bsd/kern/proc_info.c of XNU, through libproc.h: looking opens nothing.
#include "opened_darwin.h"

#include <libproc.h>
#include <mach/vm_inherit.h>
#include <mach/vm_prot.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace lens {
namespace {

/// The system tells 20 descriptors more than there are, or cuts off what has no room.
std::optional<std::vector<proc_fdinfo>> descriptorsOf(pid_t pid) {
  errno = 0;
  const int wanted = ::proc_pidinfo(pid, PROC_PIDLISTFDS, 0, nullptr, 0);
  if (wanted <= 0) return std::nullopt;
  std::vector<proc_fdinfo> found(static_cast<std::size_t>(wanted) / sizeof(proc_fdinfo));
  const int told = ::proc_pidinfo(pid, PROC_PIDLISTFDS, 0, found.data(), wanted);
  // A process that is ending has none any more.
  if (told <= 0) return std::nullopt;
  found.resize(static_cast<std::size_t>(told) / sizeof(proc_fdinfo));
  return found;
}

Opened opened(const vinfo_stat& status, const char (&name)[MAXPATHLEN], std::uint64_t address) {
  return {std::string(name, ::strnlen(name, sizeof name)),
          status.vst_mode & 0777u,
          status.vst_uid,
          status.vst_gid,
          static_cast<std::uint64_t>(status.vst_size),
          address};
}

std::optional<Opened> memoryAt(pid_t pid, int descriptor) {
  pshm_fdinfo info;
  if (::proc_pidfdinfo(pid, descriptor, PROC_PIDFDPSHMINFO, &info, sizeof info) != sizeof info)
    return std::nullopt;
  return opened(info.pshminfo.pshm_stat, info.pshminfo.pshm_name, info.pshminfo.pshm_mappaddr);
}

std::optional<Opened> semaphoreAt(pid_t pid, int descriptor) {
  psem_fdinfo info;
  if (::proc_pidfdinfo(pid, descriptor, PROC_PIDFDPSEMINFO, &info, sizeof info) != sizeof info)
    return std::nullopt;
  return opened(info.pseminfo.psem_stat, info.pseminfo.psem_name, 0);
}

std::optional<std::vector<Opened>> openedOf(pid_t pid, std::uint32_t type,
                                            std::optional<Opened> (*at)(pid_t, int)) {
  const auto descriptors = descriptorsOf(pid);
  if (!descriptors) return std::nullopt;
  std::vector<Opened> found;
  for (const proc_fdinfo& one : *descriptors) {
    if (one.proc_fdtype != type) continue;
    if (auto told = at(pid, one.proc_fd)) found.push_back(std::move(*told));
  }
  return found;
}

}  // namespace

std::vector<pid_t> allProcesses() {
  const int wanted = ::proc_listpids(PROC_ALL_PIDS, 0, nullptr, 0);
  if (wanted <= 0) fail(Code::unknown, "proc_listpids", errno);
  // Some may start between the two calls.
  std::vector<pid_t> found(static_cast<std::size_t>(wanted) / sizeof(pid_t) + 64);
  const int told =
      ::proc_listpids(PROC_ALL_PIDS, 0, found.data(), static_cast<int>(found.size() * sizeof(pid_t)));
  if (told <= 0) fail(Code::unknown, "proc_listpids", errno);
  found.resize(static_cast<std::size_t>(told) / sizeof(pid_t));
  std::erase_if(found, [](pid_t pid) { return pid <= 0; });
  return found;
}

std::optional<std::vector<Opened>> openedMemory(pid_t pid) {
  return openedOf(pid, PROX_FDTYPE_PSHM, memoryAt);
}

std::optional<std::vector<Opened>> openedSemaphores(pid_t pid) {
  return openedOf(pid, PROX_FDTYPE_PSEM, semaphoreAt);
}

std::optional<Opened> openedSemaphore(int descriptor) {
  return semaphoreAt(::getpid(), descriptor);
}

/// The system tells of the next mapping where there is none at the address.
std::optional<Region> regionAt(pid_t pid, std::uint64_t address) {
  proc_regioninfo info;
  if (::proc_pidinfo(pid, PROC_PIDREGIONINFO, address, &info, sizeof info) != sizeof info)
    return std::nullopt;
  if (address < info.pri_address || address - info.pri_address >= info.pri_size) return std::nullopt;
  return Region{info.pri_address,
                info.pri_size,
                info.pri_offset,
                (info.pri_protection & VM_PROT_WRITE) != 0,
                info.pri_inheritance == VM_INHERIT_SHARE,
                info.pri_obj_id};
}

/// FNV-1a.
std::uint64_t numberOf(std::string_view name, std::uint32_t object) {
  std::uint64_t number = 0xcbf29ce484222325;
  const auto add = [&](unsigned char byte) { number = (number ^ byte) * 0x100000001b3; };
  for (const char letter : name) add(static_cast<unsigned char>(letter));
  for (unsigned shift = 0; shift < 32; shift += 8) add(static_cast<unsigned char>(object >> shift));
  return (number ^ number >> 53) & ((1ull << 53) - 1);
}

}  // namespace lens
