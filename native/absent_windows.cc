// What the kernel of Windows tells nobody, or what it does not have.
#include "process_memory.h"
#include "semaphores.h"
#include "threads.h"

namespace lens {

std::int32_t numberOfFile(const KeyFile&) {
  fail(Code::unsupported, "ftok");
}

SharedObjects sharedObjects(pid_t) {
  fail(Code::unsupported, "process");
}

SemaphoreScan scanSemaphores(const std::function<bool()>&) {
  return {};
}

std::optional<Thread> thread(pid_t) {
  return std::nullopt;
}

std::vector<Thread> threadsOf(pid_t) {
  return {};
}

Waits waitsOf(std::span<const pid_t>, const std::function<bool()>&) {
  return {};
}

std::optional<Abi> abi(pid_t) {
  return std::nullopt;
}

}  // namespace lens
