// System V semaphores as Qt uses them (qsystemsemaphore_systemv.cpp): number 0 of a set, 1 = free, SEM_UNDO.
#include <poll.h>
#include <sys/sem.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <limits>
#include <map>
#include <mutex>

#include "../descriptor.h"
#include "../proc_text.h"
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
std::optional<Counts> countsOf(int semid) {
  const int value = ::semctl(semid, 0, GETVAL), waiters = ::semctl(semid, 0, GETNCNT);
  const pid_t pid = ::semctl(semid, 0, GETPID);
  if (value >= 0 && waiters >= 0 && pid >= 0) return Counts{value, waiters, pid};
  if (errno == EINVAL || errno == EIDRM || errno == EACCES) return std::nullopt;
  failErrno("semctl");
}

/// What one look found, but for the counts.
struct Look {
  semid_ds status;
  pid_t pid;
  Life user;
};

/// What looks remember, because most find what the one before found: every call to the system that is not
/// made counts many times a second. What was found is good for a tenth of a second and for as long as the
/// process that used the semaphore last runs, which a descriptor of it tells: that one has the number, so no
/// other can have changed the semaphore under it.
class Remembered {
 public:
  /// The semaphore of a key as it was found last; to be compared with the key that it has now.
  std::optional<int> semid(key_t key) {
    const std::scoped_lock guard(mutex_);
    const auto found = semids_.find(key);
    return found == semids_.end() ? std::nullopt : std::optional(found->second);
  }
  void found(key_t key, int semid) {
    const std::scoped_lock guard(mutex_);
    if (semids_.size() >= most) semids_.clear();
    semids_[key] = semid;
  }

  /// The look before, where it is good still and `pid` is who used the semaphore last.
  std::optional<Look> look(int semid, pid_t pid) {
    const std::scoped_lock guard(mutex_);
    const auto found = looks_.find(semid);
    if (found == looks_.end()) return std::nullopt;
    const auto& [at, look, process] = found->second;
    if (look.pid == pid && Clock::now() - at < milliseconds(100) && runs(process)) return look;
    looks_.erase(found);
    return std::nullopt;
  }
  /// The user of a semaphore with this status, looked up and kept.
  std::optional<Life> user(int semid, const semid_ds& status, pid_t pid) {
    const auto now = Clock::now();
    // Before it is looked at: of one that has the number later, it says that it has ended.
    Descriptor process(pid > 0 ? static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)) : -1);
    const auto life = userSince(usedAt(status), pid);
    if (!life || !process) return life;
    const std::scoped_lock guard(mutex_);
    if (looks_.size() >= most) looks_.clear();
    looks_.insert_or_assign(semid, Kept{now, {status, pid, *life}, std::move(process)});
    return life;
  }

 private:
  using Clock = std::chrono::steady_clock;
  struct Kept {
    Clock::time_point at;
    Look look;
    Descriptor process;
  };
  static bool runs(const Descriptor& process) {
    pollfd asked{process.number(), POLLIN, 0};
    return ::poll(&asked, 1, 0) == 0;
  }

  static constexpr std::size_t most = 64;
  std::mutex mutex_;
  std::map<key_t, int> semids_;
  std::map<int, Kept> looks_;
};
Remembered remembered;

struct Status {
  int semid;
  std::optional<semid_ds> status;
};

/// The semaphore that the key leads to now. Throws `notFound` where nowhere; errno says why there is no
/// status.
Status statusOf(const Key& key) {
  const bool isId = std::holds_alternative<SystemId>(key);
  const key_t number = isId ? IPC_PRIVATE : numberOf(key);
  if (number != IPC_PRIVATE) {
    const auto known = remembered.semid(number);
    auto status = known ? statusOf(*known) : std::nullopt;
    // A key has one semaphore at a time.
    if (status && status->sem_perm.__key == number) return {*known, std::move(status)};
  }
  const int semid = isId ? semidOf(key) : ::semget(number, 0, 0);
  if (semid < 0) failErrno("semget", Code::notFound);
  auto status = statusOf(semid);
  if (status && number != IPC_PRIVATE) remembered.found(number, semid);
  return {semid, std::move(status)};
}

class SystemVSemaphore final : public Semaphore {
 public:
  SystemVSemaphore(int semid, bool made, MadeFile file)
      : semid_(semid), made_(made), file_(std::move(file)) {}

  bool wait(milliseconds slice) override {
    const bool now = slice.count() == 0;
    sembuf take{0, -1, static_cast<short>(SEM_UNDO | (now ? IPC_NOWAIT : 0))};
    const timespec time{static_cast<time_t>(slice.count() / 1000),
                        static_cast<long>(slice.count() % 1000 * 1'000'000)};
    if (::semtimedop(semid_, &take, 1, now ? nullptr : &time) == 0) return true;
    if (errno == EAGAIN || errno == EINTR) return false;
    failErrno("semtimedop", Code::gone);
  }

  /// Tried again, because until our end nothing else would give back what this holds.
  void post() override {
    sembuf give{0, 1, SEM_UNDO | IPC_NOWAIT};
    constexpr int mostRounds = 3;
    for (int round = 0; ::semop(semid_, &give, 1) != 0; ++round) {
      if (round == mostRounds) failErrno("semop", Code::gone);
    }
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
    const int after = ::semctl(semid_, 0, GETVAL);
    if (after < 0) failErrno("semctl", Code::gone);
    return after;
  }

  void discard() noexcept override {
    // Whoever took it meanwhile holds it.
    const bool isUnused = ::semctl(semid_, 0, GETNCNT) == 0 && ::semctl(semid_, 0, GETVAL) == 1;
    if (!made_ || !isUnused) return;
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

/// Makes it, with its file, or opens what another made meanwhile.
OpenedLock made(const Key& key, MadeFile& file) {
  // Another round where one is made or removed between our two calls.
  for (int round = 0; round < 3; ++round) {
    const int semid = ::semget(numberOf(key), 1, IPC_CREAT | IPC_EXCL | 0600);
    if (semid >= 0) {
      Argument one;
      one.value = 1;
      if (::semctl(semid, 0, SETVAL, one) == 0)
        return {std::make_unique<SystemVSemaphore>(semid, true, std::move(file)), true};
      const int number = errno;
      ::semctl(semid, 0, IPC_RMID);
      errno = number;
      failErrno("semctl", Code::gone);
    }
    if (errno != EEXIST) failErrno("semget", Code::unsupported);
    const int existing = ::semget(numberOf(key), 1, 0600);
    if (existing >= 0)
      return {std::make_unique<SystemVSemaphore>(existing, false, MadeFile(SystemId{})), false};
    if (errno != ENOENT) failErrno("semget", Code::unsupported);
  }
  fail(Code::gone, "semget");
}

/// Mode and owner of a semaphore that we may not read, from the list that anyone may read.
void describeUnreadable(int semid, Peek& peek) {
  const auto text = readWhole("/proc/sysvipc/sem");
  eachLine(text ? std::string_view(*text) : "", [&](std::string_view line) {
    const auto found = parseSemLine(line);
    if (!found || found->semid != semid) return;
    peek.exists = true;
    peek.mode = found->perms & 0777;
    peek.uid = found->uid;
  });
}

Peek described(int semid, const semid_ds& status, const Counts& counts, const std::optional<Life>& user) {
  Peek found;
  found.exists = found.readable = true;
  found.identity = std::to_string(semid);
  found.mode = status.sem_perm.mode & 0777;
  found.uid = status.sem_perm.uid;
  found.value = counts.value;
  found.waiters = counts.waiters;
  found.lastPid = counts.pid;
  found.lastPidAlive = user.has_value();
  if (user) found.lastPidName = user->name;
  return found;
}

/// Throws `notFound` where there is none.
Peek peekAnew(const Key& key) {
  const auto [semid, status] = statusOf(key);
  if (!status) {
    Peek found;
    if (errno == EACCES) describeUnreadable(semid, found);
    if (found.exists) found.identity = std::to_string(semid);
    return found;
  }
  const auto counts = countsOf(semid);
  return counts ? described(semid, *status, *counts, remembered.user(semid, *status, counts->pid)) : Peek{};
}

}  // namespace

Peek peek(const Key& key) {
  try {
    const bool isId = std::holds_alternative<SystemId>(key);
    const key_t number = isId ? IPC_PRIVATE : numberOf(key);
    const auto known = isId ? semidOf(key) : remembered.semid(number);
    const auto counts = known ? countsOf(*known) : std::nullopt;
    const auto look = counts ? remembered.look(*known, counts->pid) : std::nullopt;
    if (look && (isId || look->status.sem_perm.__key == number))
      return described(*known, look->status, *counts, look->user);
    return peekAnew(key);
  } catch (const Error& error) {
    if (error.code == Code::notFound) return {};
    throw;
  }
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
