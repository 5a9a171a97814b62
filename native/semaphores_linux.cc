#include <dirent.h>
#include <sys/stat.h>

#include <cstdlib>
#include <set>

#include "descriptor.h"
#include "maps.h"
#include "proc_text.h"
#include "semaphores.h"

namespace lens {
namespace {

constexpr std::string_view prefix = "/dev/shm/sem.";

/// nullopt: no mapping of a semaphore.
std::optional<SemaphoreMapping> parse(pid_t pid, std::string_view text) {
  if (text.find(prefix) == std::string_view::npos) return std::nullopt;
  const auto line = parseMapsLine(text);
  const auto name = line ? semaphoreFileOf(line->path) : std::nullopt;
  if (!name) return std::nullopt;
  return SemaphoreMapping{pid,   line->device, line->inode,          std::string(*name),
                          false, line->from,   line->to - line->from};
}

/// Inodes of the semaphores that have a name now.
std::set<std::uint64_t> linkedInodes() {
  std::set<std::uint64_t> found;
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir("/dev/shm"), ::closedir);
  if (!directory && isGone()) return found;
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
    errno = 0;
    const auto text = readOfProcess(pid, "maps");
    struct stat status;
    if (!text && (errno == EACCES || errno == EPERM) && ::stat(ofProcess(pid, "").c_str(), &status) == 0)
      scan.denied.push_back(status.st_uid);
    if (!text || text->find(prefix) == std::string::npos) continue;
    eachLine(*text, [&](std::string_view line) {
      if (auto mapping = parse(pid, line)) scan.mappings.push_back(std::move(*mapping));
    });
  }
  const auto linked = linkedInodes();
  for (auto& mapping : scan.mappings) mapping.linked = linked.contains(mapping.inode);
  return scan;
}

}  // namespace lens
