// What the kernel of macOS tells nobody, or what it does not have: which word of memory or which semaphore a
// thread waits for, and memory without a name that could be opened through the process that has it.
#include "process_memory.h"
#include "threads.h"

namespace lens {

SharedObjects sharedObjects(pid_t) {
  fail(Code::unsupported, "process");
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

/// Programs are no elf(5) files here, and the layout of their locks is not public: unknown.
std::optional<Abi> abi(pid_t) {
  return std::nullopt;
}

}  // namespace lens
