// Who has a named semaphore open: each has a descriptor of it, and nothing of it is mapped.
#include <semaphore.h>

#include <cerrno>
#include <map>

#include "opened_darwin.h"
#include "processes_darwin.h"
#include "semaphores.h"

namespace lens {
namespace {

/// Whether a semaphore has that name now. Whether it is the same one, the system does not tell.
bool isNamed(const std::string& name) {
  sem_t* const open = ::sem_open(name.c_str(), 0);
  if (open == SEM_FAILED) return errno == EACCES || errno == EPERM;
  ::sem_close(open);
  return true;
}

}  // namespace

SemaphoreScan scanSemaphores(const std::function<bool()>& stop) {
  SemaphoreScan scan;
  std::map<std::string, bool> named;
  for (const pid_t pid : allProcesses()) {
    if (stop()) break;
    const auto opened = openedSemaphores(pid);
    if (!opened) noteDenied(pid, scan.denied);
    for (const Opened& one : opened.value_or(std::vector<Opened>())) {
      const auto [known, added] = named.try_emplace(one.name, false);
      if (added) known->second = isNamed(one.name);
      const std::string file = "sem." + one.name.substr(one.name.starts_with('/') ? 1 : 0);
      scan.mappings.push_back({pid, 0, numberOf(one.name, 0), file, known->second, 0, 0});
    }
  }
  return scan;
}

}  // namespace lens
