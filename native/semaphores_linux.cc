#include <dirent.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <cstdio>
#include <cstdlib>
#include <set>

#include "descriptor.h"
#include "semaphores.h"

namespace lens {
namespace {

constexpr std::string_view prefix = "/dev/shm/sem.";
constexpr std::string_view gone = " (deleted)";

/// A line of proc_pid_maps(5): "start-end perms offset major:minor inode   path".
std::optional<SemaphoreMapping> parse(pid_t pid, std::string_view line) {
  const auto slash = line.find('/');
  if (slash == std::string_view::npos || !line.substr(slash).starts_with(prefix)) return std::nullopt;
  unsigned long from, to, inode;
  unsigned major, minor;
  const std::string head(line.substr(0, slash));
  if (std::sscanf(head.c_str(), "%lx-%lx %*s %*x %x:%x %lu", &from, &to, &major, &minor, &inode) != 5)
    return std::nullopt;
  std::string_view name = line.substr(slash + sizeof("/dev/shm/") - 1);
  if (name.ends_with(gone)) name.remove_suffix(gone.size());
  return SemaphoreMapping{pid, makedev(major, minor), inode, std::string(name), false, from, to - from};
}

/// Inodes of the semaphores that have a name now.
std::set<std::uint64_t> linkedInodes() {
  std::set<std::uint64_t> found;
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir("/dev/shm"), ::closedir);
  if (!directory) failErrno("opendir");
  while (const dirent* entry = nextEntry(directory.get())) {
    if (std::string_view(entry->d_name).starts_with("sem.")) found.insert(entry->d_ino);
  }
  return found;
}

}  // namespace

SemaphoreScan scanSemaphores(const std::function<bool()>& stop) {
  SemaphoreScan scan;
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir("/proc"), ::closedir);
  if (!directory) failErrno("opendir");
  while (const dirent* entry = nextEntry(directory.get())) {
    if (stop()) break;
    const pid_t pid = std::atoi(entry->d_name);
    if (pid <= 0) continue;
    const std::string place = "/proc/" + std::to_string(pid);
    errno = 0;
    const auto text = readOfProcess(place + "/maps");
    struct stat status;
    if (!text && (errno == EACCES || errno == EPERM) && ::stat(place.c_str(), &status) == 0)
      scan.denied.push_back(status.st_uid);
    if (!text || text->find(prefix) == std::string::npos) continue;
    for (std::string_view rest = *text; !rest.empty();) {
      const auto end = std::min(rest.find('\n'), rest.size());
      if (auto mapping = parse(pid, rest.substr(0, end))) scan.mappings.push_back(std::move(*mapping));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  const auto linked = linkedInodes();
  for (auto& mapping : scan.mappings) mapping.linked = linked.contains(mapping.inode);
  return scan;
}

}  // namespace lens
