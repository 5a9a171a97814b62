// Processes of macOS, and which named memory they have. Of System V memory the kernel tells no process: only
// how many attaches there are, and who made it and used it last.
#include "processes_darwin.h"

#include <libproc.h>
#include <sys/sysctl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "opened_darwin.h"

namespace lens {
namespace {

/// sysctl(3), KERN_PROC: also of processes of other users, and of those that nobody has waited for.
std::optional<kinfo_proc> entryOf(pid_t pid) {
  int name[]{CTL_KERN, KERN_PROC, KERN_PROC_PID, pid};
  kinfo_proc entry;
  std::size_t length = sizeof entry;
  if (::sysctl(name, 4, &entry, &length, nullptr, 0) != 0 || length != sizeof entry) return std::nullopt;
  return entry;
}

/// Microseconds since the epoch.
std::uint64_t startOf(const kinfo_proc& entry) {
  const timeval& time = entry.kp_proc.p_starttime;
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000 + static_cast<std::uint64_t>(time.tv_usec);
}

/// The name in whole where we may look, else its first 16 bytes.
std::string nameOf(pid_t pid, const kinfo_proc& entry) {
  char name[2 * MAXCOMLEN + 1] = "";
  const int length = ::proc_name(pid, name, sizeof name);
  if (length > 0) return {name, ::strnlen(name, sizeof name)};
  return {entry.kp_proc.p_comm, ::strnlen(entry.kp_proc.p_comm, sizeof entry.kp_proc.p_comm)};
}

/// KERN_PROCARGS2 of sysctl: how many arguments there are, the path of the program, NULs, the arguments with
/// a NUL behind each, then the environment. Empty where we may not look.
std::string commandLineOf(pid_t pid) {
  int limit[]{CTL_KERN, KERN_ARGMAX}, name[]{CTL_KERN, KERN_PROCARGS2, pid}, most = 0, count = 0;
  std::size_t length = sizeof most;
  if (::sysctl(limit, 2, &most, &length, nullptr, 0) != 0 || most <= 0) return {};
  std::string text(static_cast<std::size_t>(most), '\0');
  length = text.size();
  if (::sysctl(name, 3, text.data(), &length, nullptr, 0) != 0 || length < sizeof count) return {};
  text.resize(length);
  std::memcpy(&count, text.data(), sizeof count);
  text.erase(0, std::min(text.find('\0', sizeof count), text.size()));
  text.erase(0, std::min(text.find_first_not_of('\0'), text.size()));
  std::string line;
  for (std::size_t at = 0; count > 0 && at < text.size(); --count) {
    const std::size_t end = std::min(text.find('\0', at), text.size());
    if (at > 0) line += ' ';
    line.append(text, at, end - at);
    at = end + 1;
  }
  return line;
}

/// What was mapped through a descriptor that is still open, and still is; of the last mapping of each.
std::vector<Mapping> mappingsIn(pid_t pid, const std::vector<Opened>& opened) {
  std::vector<Mapping> found;
  for (const Opened& one : opened) {
    const auto region = one.address == 0 ? std::nullopt : regionAt(pid, one.address);
    if (!region || !region->shared || region->address != one.address) continue;
    found.push_back({pid, 0, numberOf(one.name, region->object), std::nullopt, region->address,
                     region->length, region->offset, region->writable});
  }
  return found;
}

}  // namespace

void noteDenied(pid_t pid, std::vector<unsigned>& denied) {
  if (errno != EPERM && errno != EACCES) return;
  if (const auto entry = entryOf(pid)) denied.push_back(entry->kp_eproc.e_ucred.cr_uid);
}

Scan scanProcesses(bool, const std::function<bool()>& stop) {
  Scan scan;
  for (const pid_t pid : allProcesses()) {
    if (stop()) break;
    const auto opened = openedMemory(pid);
    if (!opened) noteDenied(pid, scan.denied);
    const auto found = mappingsIn(pid, opened.value_or(std::vector<Opened>()));
    if (found.empty()) continue;
    if (auto owner = process(pid)) {
      scan.processes.push_back(std::move(*owner));
      scan.mappings.insert(scan.mappings.end(), found.begin(), found.end());
    }
  }
  return scan;
}

std::optional<std::vector<Mapping>> mappingsOf(pid_t pid) {
  const auto opened = openedMemory(pid);
  return opened ? std::optional(mappingsIn(pid, *opened)) : std::nullopt;
}

std::optional<Process> process(pid_t pid) {
  const auto entry = entryOf(pid);
  if (!entry) return std::nullopt;
  return Process{pid, nameOf(pid, *entry), commandLineOf(pid), entry->kp_eproc.e_ucred.cr_uid,
                 startOf(*entry)};
}

std::optional<Life> life(pid_t pid) {
  const auto entry = entryOf(pid);
  if (!entry) return std::nullopt;
  const std::uint64_t start = startOf(*entry);
  return Life{nameOf(pid, *entry), start, static_cast<double>(start) / 1e6, entry->kp_proc.p_stat == SZOMB};
}

}  // namespace lens
