#include <dirent.h>
#include <linux/futex.h>
#include <sys/sem.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include <cstdlib>
#include <cstring>

#include "descriptor.h"
#include "proc_text.h"
#include "processes.h"
#include "threads.h"

namespace lens {
namespace {

std::optional<std::uint64_t> pidNamespace(pid_t tid) {
  struct stat status;
  if (::stat(ofProcess(tid, "ns/pid").c_str(), &status) == 0) return status.st_ino;
  if (!isHidden()) failErrno("stat");
  return std::nullopt;
}

std::vector<pid_t> tasks(pid_t pid) {
  std::vector<pid_t> found;
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(ofProcess(pid, "task").c_str()), ::closedir);
  if (!directory && !isHidden()) failErrno("opendir");
  if (!directory) return found;
  while (const dirent* entry = nextEntry(directory.get())) {
    if (const pid_t tid = std::atoi(entry->d_name); tid > 0) found.push_back(tid);
  }
  return found;
}

bool waitsForWord(std::uint64_t operation) {
  const auto command = operation & FUTEX_CMD_MASK;
  // FUTEX_LOCK_PI2 is 13; headers of older systems lack it.
  return command == FUTEX_WAIT || command == FUTEX_WAIT_BITSET || command == FUTEX_LOCK_PI || command == 13;
}

/// Which semaphore an operation of semop(2) is for, which stands in the memory of its thread.
std::optional<unsigned> semnumAt(pid_t pid, std::uint64_t operations, std::uint64_t count) {
  sembuf operation;
  const iovec here{&operation, sizeof operation};
  const iovec there{reinterpret_cast<void*>(static_cast<std::uintptr_t>(operations)), sizeof operation};
  const bool isRead = count == 1 && ::process_vm_readv(pid, &here, 1, &there, 1, 0) == sizeof operation;
  return isRead ? std::optional(operation.sem_num) : std::nullopt;
}

std::optional<Wait> waitOf(pid_t pid, pid_t tid, std::string_view text) {
  const auto call = parseSyscall(text);
  if (!call) return std::nullopt;
  Wait wait{pid, tid, tid, std::nullopt, std::nullopt, std::nullopt};
  if (call->number == SYS_futex && waitsForWord(call->arguments[1])) wait.address = call->arguments[0];
#ifdef SYS_semop
  if (call->number == SYS_semop) wait.semid = static_cast<int>(call->arguments[0]);
#endif
#ifdef SYS_semtimedop
  if (call->number == SYS_semtimedop) wait.semid = static_cast<int>(call->arguments[0]);
#endif
  if (wait.semid) wait.semnum = semnumAt(pid, call->arguments[1], call->arguments[2]);
  return wait.address || wait.semid ? std::optional(wait) : std::nullopt;
}

}  // namespace

std::optional<Thread> thread(pid_t tid) {
  const auto text = readOfProcess(tid, "status");
  const auto status = text ? parseStatus(*text) : std::nullopt;
  const auto known = status ? life(status->pid) : std::nullopt;
  if (!known || status->pid <= 0) return std::nullopt;
  const bool ended = status->state == 'Z' || status->state == 'X';
  return Thread{tid,
                status->pid,
                status->innerTid.value_or(tid),
                known->name,
                known->start,
                known->startedAt * 1000,
                ended || known->ended,
                pidNamespace(tid)};
}

std::vector<Thread> threadsOf(pid_t pid) {
  std::vector<Thread> found;
  for (const pid_t tid : tasks(pid)) {
    if (auto one = thread(tid)) found.push_back(std::move(*one));
  }
  return found;
}

Waits waitsOf(std::span<const pid_t> pids, const std::function<bool()>& stop) {
  Waits found;
  for (const pid_t pid : pids) {
    for (const pid_t tid : tasks(pid)) {
      if (stop()) return found;
      errno = 0;
      const auto text = readOfProcess(pid, "task/" + std::to_string(tid) + "/syscall");
      if (!text && (errno == EACCES || errno == EPERM)) {
        found.denied.push_back(pid);
        break;
      }
      auto wait = text ? waitOf(pid, tid, *text) : std::nullopt;
      if (!wait) continue;
      const auto status = parseStatus(readOfProcess(tid, "status").value_or(""));
      if (status) wait->innerTid = status->innerTid.value_or(tid);
      found.waits.push_back(*wait);
    }
  }
  return found;
}

std::optional<Abi> abi(pid_t pid) {
  const Descriptor file(::open(ofProcess(pid, "exe").c_str(), O_RDONLY | O_CLOEXEC));
  unsigned char head[20];
  const auto target = std::as_writable_bytes(std::span(head));
  const ssize_t count = file ? readAt(file.number(), target, 0) : -1;
  if (count < 0 && !isHidden()) failErrno("open");
  if (count != sizeof head || std::memcmp(head, "\177ELF", 4) != 0) return std::nullopt;
  const bool bigEndian = head[5] == 2;
  Abi found{bigEndian ? head[18] * 256u + head[19] : head[19] * 256u + head[18], head[4] == 2, bigEndian, {}};
  const std::string maps = readOfProcess(pid, "maps").value_or("");
  const auto has = [&](const char* text) { return maps.find(text) != std::string::npos; };
  // Alpine, and Debian.
  if (has("/ld-musl-") || has("/libc.musl-") || has("-linux-musl/libc.so"))
    found.library = "musl";
  else if (has("/libc.so.6") || has("/libc-2.") || has("/ld-linux"))
    found.library = "glibc";
  return found;
}

}  // namespace lens
