// System V semaphores of Linux and macOS, used as Qt does (qsystemsemaphore_systemv.cpp): 1 = free, SEM_UNDO.
// Qt's are number 0 of a set.
#include <sys/sem.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <limits>

#include "../fail_errno.h"
#include "../processes.h"
#include "systemv.h"

namespace lens::systemv {
namespace {

using std::chrono::milliseconds;

/// As semctl(2) takes it; Linux has no name for it.
union Argument {
  int value;
  semid_ds* status;
};

int semidOf(const Key& key) {
  if (const auto* id = std::get_if<SystemId>(&key)) return id->id;
  const int semid = ::semget(numberOf(key), 0, 0);
  if (semid < 0) failErrno("semget");
  return semid;
}

unsigned short semnumOf(const Key& key) {
  if (const auto* id = std::get_if<SystemId>(&key)) return id->semnum;
  if (const auto* file = std::get_if<KeyFile>(&key)) return file->semnum;
  const auto* number = std::get_if<KeyNumber>(&key);
  return number ? number->semnum : 0;
}

/// Which semaphore it is, in words that tell it from all others.
std::string identityOf(int semid, unsigned short semnum) {
  return std::to_string(semid) + (semnum == 0 ? "" : "/" + std::to_string(semnum));
}

/// nullopt, with errno, where there is none (any more) or where we may not read it.
std::optional<semid_ds> statusOf(int semid) {
  semid_ds found;
  Argument argument;
  argument.status = &found;
  if (::semctl(semid, 0, IPC_STAT, argument) == 0) return found;
  // It is gone, or not for us.
  if (errno == EINVAL || errno == EIDRM || errno == EACCES) return std::nullopt;
  failErrno("semctl");
}

/// When the semaphore was last changed, in whole seconds.
std::time_t usedAt(const semid_ds& status) {
  return std::max(status.sem_otime, status.sem_ctime);
}

/// The process that last changed the semaphore is still that process: one that started later has only its
/// number.
std::optional<Life> userSince(std::time_t used, pid_t pid) {
  auto known = pid > 0 ? life(pid) : std::nullopt;
  if (!known || known->ended) return std::nullopt;
  // That time is cut to whole seconds, and a process start to clock ticks.
  if (known->startedAt > static_cast<double>(used) + 1.1) return std::nullopt;
  return known;
}

std::optional<Life> lastUser(int semid, pid_t pid) {
  const auto status = statusOf(semid);
  return userSince(status ? usedAt(*status) : std::numeric_limits<std::time_t>::max(), pid);
}

/// What changes with every use.
struct Counts {
  int value, waiters;
  /// Of who last changed it; 0: nobody.
  pid_t pid;
};

/// nullopt where it is gone or not for us.
std::optional<Counts> countsOf(int semid, unsigned short semnum) {
  const int value = ::semctl(semid, semnum, GETVAL), waiters = ::semctl(semid, semnum, GETNCNT);
  const pid_t pid = ::semctl(semid, semnum, GETPID);
  if (value >= 0 && waiters >= 0 && pid >= 0) return Counts{value, waiters, pid};
  if (errno == EINVAL || errno == EIDRM || errno == EACCES) return std::nullopt;
  failErrno("semctl");
}

class SystemVSemaphore final : public Semaphore {
 public:
  SystemVSemaphore(int semid, unsigned short semnum, bool made, MadeFile file)
      : semid_(semid), semnum_(semnum), made_(made), file_(std::move(file)) {}

  bool wait(milliseconds slice) override { return take(semid_, semnum_, slice); }

  /// Tried again, because until our end nothing else would give back what this holds.
  void post() override {
    sembuf give{semnum_, 1, SEM_UNDO | IPC_NOWAIT};
    constexpr int mostRounds = 3;
    for (int round = 0; ::semop(semid_, &give, 1) != 0; ++round) {
      if (round == mostRounds) failErrno("semop", Code::gone);
    }
  }

  const char* waitCall() const override { return takeCall; }

  void revive() override {
    const int value = ::semctl(semid_, semnum_, GETVAL), pid = ::semctl(semid_, semnum_, GETPID);
    if (value < 0 || value == 1 || lastUser(semid_, pid)) return;
    makeOne(value);
  }

  std::int64_t reset(std::int64_t value, std::optional<std::int64_t> lastPid) override {
    const int now = ::semctl(semid_, semnum_, GETVAL), pid = ::semctl(semid_, semnum_, GETPID);
    if (now < 0 || pid < 0) failErrno("semctl", Code::gone);
    if (now != value || (lastPid && pid != *lastPid)) fail(Code::conflict, "semctl");
    if (now == 0 && lastUser(semid_, pid)) fail(Code::busy, "semctl");
    if (now != 1 && !makeOne(now)) {
      if (errno == EAGAIN) fail(Code::conflict, "semop");
      failErrno("semop", Code::gone);
    }
    const int after = ::semctl(semid_, semnum_, GETVAL);
    if (after < 0) failErrno("semctl", Code::gone);
    return after;
  }

  void discard() noexcept override {
    // Whoever took it meanwhile holds it.
    const bool isUnused = ::semctl(semid_, semnum_, GETNCNT) == 0 && ::semctl(semid_, semnum_, GETVAL) == 1;
    if (!made_ || !isUnused) return;
    ::semctl(semid_, 0, IPC_RMID);
    file_.discard();
  }

 private:
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
      Argument one;
      one.value = 1;
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

/// Asks for the counts alone as long as the same process used it last: most looks find that.
class SystemVLook final : public Look {
 public:
  explicit SystemVLook(const Key& key) : key_(key), semnum_(semnumOf(key)) {}

  const Peek& peek() override {
    if (Clock::now() - begun_ < mostAge) {
      const auto counts = countsOf(semid_, semnum_);
      if (counts && counts->pid == found_.lastPid) {
        found_.value = counts->value;
        found_.waiters = counts->waiters;
        return found_;
      }
    }
    lookAnew();
    return found_;
  }

 private:
  void lookAnew() {
    begun_ = {};
    found_ = {};
    const auto now = Clock::now();
    try {
      semid_ = semidOf(key_);
    } catch (const Error& error) {
      if (error.code == Code::notFound) return;
      throw;
    }
    const auto status = statusOf(semid_);
    if (!status) {
      if (errno == EACCES) describeUnreadable(semid_, found_);
      if (found_.exists) found_.identity = identityOf(semid_, semnum_);
      return;
    }
    if (semnum_ >= status->sem_nsems) return;
    const auto counts = countsOf(semid_, semnum_);
    if (!counts) return;
    const auto user = userSince(usedAt(*status), counts->pid);
    found_.exists = found_.readable = true;
    found_.identity = identityOf(semid_, semnum_);
    found_.mode = status->sem_perm.mode & 0777;
    found_.uid = status->sem_perm.uid;
    found_.value = counts->value;
    found_.waiters = counts->waiters;
    found_.lastPid = counts->pid;
    found_.lastPidAlive = user.has_value();
    if (user) found_.lastPidName = user->name;
    begun_ = now;
  }

  const Key key_;
  const unsigned short semnum_;
  int semid_ = -1;
  /// When what is known was asked for; long ago where nothing is.
  Clock::time_point begun_;
  Peek found_;
};

}  // namespace

std::unique_ptr<Look> look(const Key& key) {
  return std::make_unique<SystemVLook>(key);
}

OpenedLock openLock(const Key& key, bool create) {
  const auto semnum = semnumOf(key);
  const bool isId = std::holds_alternative<SystemId>(key);
  if (!create || isId || semnum > 0) {
    const int semid = isId ? semidOf(key) : ::semget(numberOf(key), semnum + 1, 0600);
    if (semid < 0) failErrno("semget", semnum > 0 ? Code::notFound : Code::unsupported);
    const auto status = isId ? statusOf(semid) : std::nullopt;
    if (isId && !status) failErrno("semctl", Code::notFound);
    if (status && semnum >= status->sem_nsems) fail(Code::notFound, "semctl");
    Key none = SystemId{semid};
    return {std::make_unique<SystemVSemaphore>(semid, semnum, false, MadeFile(none)), false};
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
