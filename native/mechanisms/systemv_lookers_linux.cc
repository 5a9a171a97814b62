// Telling those who only look at a System V segment from those who use it.
#include <unistd.h>

#include <thread>

#include "../descriptor.h"
#include "../proc_text.h"
#include "systemv_linux.h"

namespace lens::systemv {
namespace {

/// Part of a line of maps, which says more after it where the file was replaced.
constexpr std::string_view addonFile = "/segment_lens.node";

bool hasAddon(pid_t pid) {
  bool found = false;
  eachLine(readOfProcess(pid, "maps").value_or(""),
           [&](std::string_view line) { found = found || line.find(addonFile) != line.npos; });
  return found;
}

}  // namespace

bool Lookers::includes(pid_t pid) {
  if (pid == ::getpid()) return true;
  if (pid != pid_) pid_ = pid, looks_ = hasAddon(pid);
  return looks_;
}

std::optional<shmid_ds> afterMoments(int shmid, std::chrono::microseconds patience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  for (;;) {
    const auto now = status(shmid);
    if (!now || now->shm_nattch == 0 || std::chrono::steady_clock::now() >= end) return now;
    std::this_thread::sleep_for(std::chrono::microseconds(50));
  }
}

}  // namespace lens::systemv
