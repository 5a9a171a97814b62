// System V semaphores as Qt uses them (qsystemsemaphore_systemv.cpp): number 0 of a set, 1 = free, SEM_UNDO.
#include <sys/sem.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "../descriptor.h"
#include "systemv_linux.h"

namespace lens::systemv {
namespace {

using std::chrono::milliseconds;

/// semctl(2) wants its caller to define it.
union Argument {
  int value;
  semid_ds* status;
};

int semidOf(const Key& key) {
  if (const auto* id = std::get_if<SystemId>(&key)) return id->id;
  const int semid = ::semget(numberOf(key), 0, 0);
  if (semid < 0) failErrno("semget", Code::notFound);
  return semid;
}

std::optional<semid_ds> statusOf(int semid) {
  semid_ds found;
  Argument argument;
  argument.status = &found;
  return ::semctl(semid, 0, IPC_STAT, argument) == 0 ? std::optional(found) : std::nullopt;
}

/// The process that last changed the semaphore is still that process: one that started later has only its
/// number.
std::optional<Life> lastUser(int semid, pid_t pid) {
  auto known = pid > 0 ? life(pid) : std::nullopt;
  if (!known || known->ended) return std::nullopt;
  const auto status = statusOf(semid);
  const auto used = status ? static_cast<double>(std::max(status->sem_otime, status->sem_ctime)) : 0;
  // otime is cut to whole seconds, and a process start to clock ticks.
  if (status && known->startedAt > used + 1.1) return std::nullopt;
  return known;
}

class SystemVSemaphore final : public Semaphore {
 public:
  SystemVSemaphore(int semid, bool made, MadeFile file)
      : semid_(semid), made_(made), file_(std::move(file)) {}

  bool wait(milliseconds slice) override {
    const bool now = slice.count() == 0;
    sembuf take{0, -1, static_cast<short>(SEM_UNDO | (now ? IPC_NOWAIT : 0))};
    const timespec time{slice.count() / 1000, slice.count() % 1000 * 1'000'000};
    if (::semtimedop(semid_, &take, 1, now ? nullptr : &time) == 0) return true;
    if (errno == EAGAIN || errno == EINTR) return false;
    failErrno("semtimedop", Code::gone);
  }

  void post() override {
    sembuf give{0, 1, SEM_UNDO | IPC_NOWAIT};
    if (::semop(semid_, &give, 1) != 0) failErrno("semop", Code::gone);
  }

  const char* waitCall() const override { return "semtimedop"; }

  void revive() override {
    const int value = ::semctl(semid_, 0, GETVAL), pid = ::semctl(semid_, 0, GETPID);
    if (value < 0 || value == 1 || lastUser(semid_, pid)) return;
    makeOne(value);
  }

  std::int64_t reset(std::int64_t value, std::optional<std::int64_t> lastPid) override {
    const int now = ::semctl(semid_, 0, GETVAL), pid = ::semctl(semid_, 0, GETPID);
    if (now < 0 || pid < 0) failErrno("semctl", Code::gone);
    if (now != value || (lastPid && pid != *lastPid)) fail(Code::conflict, "semctl");
    if (now == 0 && lastUser(semid_, pid)) fail(Code::busy, "semctl");
    if (now != 1 && !makeOne(now)) {
      if (errno == EAGAIN) fail(Code::conflict, "semop");
      failErrno("semop", Code::gone);
    }
    return ::semctl(semid_, 0, GETVAL);
  }

  void discard() noexcept override {
    const int waiting = ::semctl(semid_, 0, GETNCNT);
    if (!made_ || waiting != 0) return;
    ::semctl(semid_, 0, IPC_RMID);
    file_.discard();
  }

 private:
  /// One operation, so that whoever takes it meanwhile keeps it: 0 becomes 1 only if it still is 0.
  bool makeOne(int value) {
    sembuf restore[2]{{0, 0, IPC_NOWAIT}, {0, 1, IPC_NOWAIT}};
    sembuf lower{0, static_cast<short>(1 - value), IPC_NOWAIT};
    return ::semop(semid_, value == 0 ? restore : &lower, value == 0 ? 2 : 1) == 0;
  }

  const int semid_;
  const bool made_;
  MadeFile file_;
};

/// Mode and owner of a semaphore that we may not read, from the list that anyone may read.
void describeUnreadable(int semid, Peek& peek) {
  const auto text = readWhole("/proc/sysvipc/sem");
  const char* at = text ? std::strchr(text->c_str(), '\n') : nullptr;
  while (at && *++at) {
    int id;
    unsigned mode, uid;
    if (std::sscanf(at, "%*d %d %o %*u %u", &id, &mode, &uid) == 3 && id == semid) {
      peek.exists = true;
      peek.mode = mode & 0777;
      peek.uid = uid;
    }
    at = std::strchr(at, '\n');
  }
}

}  // namespace

Peek peek(const Key& key) {
  Peek found;
  int semid;
  try {
    semid = semidOf(key);
  } catch (const Error& error) {
    if (error.code == Code::notFound) return found;
    throw;
  }
  const auto status = statusOf(semid);
  if (!status) {
    if (errno == EACCES) describeUnreadable(semid, found);
    if (found.exists) found.identity = std::to_string(semid);
    return found;
  }
  const int value = ::semctl(semid, 0, GETVAL), waiters = ::semctl(semid, 0, GETNCNT);
  const pid_t pid = ::semctl(semid, 0, GETPID);
  if (value < 0 || waiters < 0 || pid < 0) return found;
  found.exists = found.readable = true;
  found.identity = std::to_string(semid);
  found.mode = status->sem_perm.mode & 0777;
  found.uid = status->sem_perm.uid;
  found.value = value;
  found.waiters = waiters;
  found.lastPid = pid;
  if (const auto user = lastUser(semid, pid)) {
    found.lastPidAlive = true;
    found.lastPidName = user->name;
  }
  return found;
}

OpenedLock openLock(const Key& key, bool create) {
  if (!create || std::holds_alternative<SystemId>(key)) {
    const int semid = std::holds_alternative<SystemId>(key) ? semidOf(key) : ::semget(numberOf(key), 1, 0600);
    if (semid < 0) failErrno("semget", Code::unsupported);
    if (std::holds_alternative<SystemId>(key) && !statusOf(semid)) failErrno("semctl", Code::notFound);
    Key none = SystemId{semid};
    return {std::make_unique<SystemVSemaphore>(semid, false, MadeFile(none)), false};
  }
  MadeFile file(key);
  // Another round where one is made or removed between our two calls.
  for (int round = 0; round < 3; ++round) {
    const int made = ::semget(numberOf(key), 1, IPC_CREAT | IPC_EXCL | 0600);
    if (made >= 0) {
      Argument one;
      one.value = 1;
      ::semctl(made, 0, SETVAL, one);
      return {std::make_unique<SystemVSemaphore>(made, true, std::move(file)), true};
    }
    const int number = errno;
    const int existing = number == EEXIST ? ::semget(numberOf(key), 1, 0600) : -1;
    if (existing >= 0)
      return {std::make_unique<SystemVSemaphore>(existing, false, MadeFile(SystemId{})), false};
    if (number == EEXIST && errno == ENOENT) continue;
    file.discard();
    failErrno("semget", Code::unsupported);
  }
  file.discard();
  fail(Code::gone, "semget");
}

void removeLock(const Key& key) {
  if (::semctl(semidOf(key), 0, IPC_RMID) != 0) failErrno("semctl", Code::notFound);
}

}  // namespace lens::systemv
