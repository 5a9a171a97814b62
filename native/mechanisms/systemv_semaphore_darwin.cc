// System V semaphores on macOS (semop(2), semctl(2); XNU's bsd/kern/sysv_sem.c), used as Qt does
// (qsystemsemaphore_systemv.cpp): 1 = free, SEM_UNDO. Qt's are number 0 of a set.
#include "systemv_semaphore_darwin.h"

#include <cerrno>

#include "../fail_errno.h"
#include "poll_darwin.h"

namespace lens::systemv {
namespace {

using std::chrono::milliseconds;

/// Where the set is gone or not for us, whoever runs may be its user.
bool isUsed(int semid, pid_t pid) {
  const auto set = semaphoresOf(semid);
  if (!set) return pid > 0 && life(pid);
  return userOf(*set, pid).has_value();
}

class SystemVSemaphore final : public Semaphore {
 public:
  SystemVSemaphore(int semid, unsigned short semnum, bool made, MadeFile file)
      : semid_(semid), semnum_(semnum), made_(made), file_(std::move(file)) {}

  bool wait(milliseconds slice) override {
    return tryFor(slice, [this] {
      sembuf take{semnum_, -1, SEM_UNDO | IPC_NOWAIT};
      if (::semop(semid_, &take, 1) == 0) return true;
      if (errno != EAGAIN && errno != EINTR) failErrno("semop", Code::gone);
      return false;
    });
  }

  /// Tried again, because until our end nothing else would give back what this holds.
  void post() override {
    sembuf give{semnum_, 1, SEM_UNDO | IPC_NOWAIT};
    constexpr int mostRounds = 3;
    for (int round = 0; ::semop(semid_, &give, 1) != 0; ++round) {
      if (round == mostRounds) failErrno("semop", Code::gone);
    }
  }

  const char* waitCall() const override { return "semop"; }

  void revive() override {
    const auto now = countsOf(semid_, semnum_);
    if (!now || now->value == 1 || isUsed(semid_, now->pid)) return;
    makeOne(now->value);
  }

  std::int64_t reset(std::int64_t value, std::optional<std::int64_t> lastPid) override {
    const Counts now = counts();
    if (now.value != value || (lastPid && now.pid != *lastPid)) fail(Code::conflict, "semctl");
    if (now.value == 0 && isUsed(semid_, now.pid)) fail(Code::busy, "semctl");
    if (now.value != 1 && !makeOne(now.value)) {
      if (errno == EAGAIN) fail(Code::conflict, "semop");
      failErrno("semop", Code::gone);
    }
    return counts().value;
  }

  void discard() noexcept override {
    // Whoever took it meanwhile holds it.
    const bool isUnused = ::semctl(semid_, semnum_, GETNCNT) == 0 && ::semctl(semid_, semnum_, GETVAL) == 1;
    if (!made_ || !isUnused) return;
    ::semctl(semid_, 0, IPC_RMID);
    file_.discard();
  }

 private:
  Counts counts() const {
    const auto now = countsOf(semid_, semnum_);
    if (!now) failErrno("semctl", Code::gone);
    return *now;
  }

  /// One operation, so that whoever takes it meanwhile keeps it: 0 becomes 1 only if it still is 0.
  bool makeOne(int value) {
    sembuf restore[2]{{semnum_, 0, IPC_NOWAIT}, {semnum_, 1, IPC_NOWAIT}};
    sembuf lower{semnum_, static_cast<short>(1 - value), IPC_NOWAIT};
    return ::semop(semid_, value == 0 ? restore : &lower, value == 0 ? 2 : 1) == 0;
  }

  const int semid_;
  const unsigned short semnum_;
  const bool made_;
  MadeFile file_;
};

/// Makes it, with its file, or opens what another made meanwhile.
OpenedLock made(const Key& key, MadeFile& file) {
  // Another round where one is made or removed between our two calls.
  for (int round = 0; round < 3; ++round) {
    const int semid = ::semget(numberOf(key), 1, IPC_CREAT | IPC_EXCL | 0600);
    if (semid >= 0) {
      semun one;
      one.val = 1;
      if (::semctl(semid, 0, SETVAL, one) == 0)
        return {std::make_unique<SystemVSemaphore>(semid, 0, true, std::move(file)), true};
      const int number = errno;
      ::semctl(semid, 0, IPC_RMID);
      errno = number;
      failErrno("semctl", Code::gone);
    }
    if (errno != EEXIST) failErrno("semget", Code::unsupported);
    const int existing = ::semget(numberOf(key), 1, 0600);
    if (existing >= 0)
      return {std::make_unique<SystemVSemaphore>(existing, 0, false, MadeFile(SystemId{})), false};
    if (errno != ENOENT) failErrno("semget", Code::unsupported);
  }
  fail(Code::gone, "semget");
}

}  // namespace

OpenedLock openLock(const Key& key, bool create) {
  const auto semnum = semnumOf(key);
  const bool isId = std::holds_alternative<SystemId>(key);
  if (!create || isId || semnum > 0) {
    const int semid = isId ? semidOf(key) : ::semget(numberOf(key), semnum + 1, 0600);
    if (semid < 0) failErrno("semget", semnum > 0 ? Code::notFound : Code::unsupported);
    const auto set = semaphoresOf(semid);
    if (!set || semnum >= set->sem_nsems) fail(Code::notFound, "semctl");
    return {std::make_unique<SystemVSemaphore>(semid, semnum, false, MadeFile(SystemId{semid})), false};
  }
  MadeFile file(key);
  try {
    return made(key, file);
  } catch (const Error&) {
    file.discard();
    throw;
  }
}

void removeLock(const Key& key) {
  if (::semctl(semidOf(key), 0, IPC_RMID) != 0) failErrno("semctl", Code::notFound);
}

}  // namespace lens::systemv
