// Looks at System V semaphores on macOS (semctl(2)), which change nothing.
#include <algorithm>
#include <cerrno>

#include "../fail_errno.h"
#include "systemv_semaphore_darwin.h"

namespace lens::systemv {
namespace {

/// Which semaphore it is, in words that tell it from all others.
std::string identityOf(int semid, unsigned short semnum) {
  return std::to_string(semid) + (semnum == 0 ? "" : "/" + std::to_string(semnum));
}

class SystemVLook final : public Look {
 public:
  explicit SystemVLook(const Key& key) : key_(key), semnum_(semnumOf(key)) {}

  /// Asks for the counts alone as long as the same process used it last: most looks find that.
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
    const auto set = semaphoresOf(semid_);
    if (!set || semnum_ >= set->sem_nsems) return;
    found_.exists = true;
    found_.identity = identityOf(semid_, semnum_);
    found_.mode = set->sem_perm.mode & 0777;
    found_.uid = set->sem_perm.uid;
    const auto counts = countsOf(semid_, semnum_);
    // Gone meanwhile, unless it is not for us.
    if (!counts && errno != EACCES) found_ = {};
    if (!counts) return;
    const auto user = userOf(*set, counts->pid);
    found_.readable = true;
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

std::optional<Counts> countsOf(int semid, unsigned short semnum) {
  const int value = ::semctl(semid, semnum, GETVAL), waiters = ::semctl(semid, semnum, GETNCNT);
  const pid_t pid = ::semctl(semid, semnum, GETPID);
  if (value >= 0 && waiters >= 0 && pid >= 0) return Counts{value, waiters, pid};
  if (errno == EINVAL || errno == EIDRM || errno == EACCES) return std::nullopt;
  failErrno("semctl");
}

std::optional<Life> userOf(const semid_ds& set, pid_t pid) {
  auto known = pid > 0 ? life(pid) : std::nullopt;
  const auto used = static_cast<double>(std::max(set.sem_otime, set.sem_ctime));
  if (!known || known->ended || known->startedAt > used + 1.1) return std::nullopt;
  return known;
}

std::unique_ptr<Look> look(const Key& key) {
  return std::make_unique<SystemVLook>(key);
}

}  // namespace lens::systemv
