// Named POSIX semaphores on macOS (XNU's bsd/kern/posix_sem.c). The kernel tells of one to whom it may be,
// how often it is open, and nothing of its value: sem_getvalue(3) is not there. A process has it as a
// descriptor, and the pointer that sem_open(3) gives is its number (sem_open and sem_close there).
#include <fcntl.h>
#include <semaphore.h>

#include <cerrno>
#include <mutex>
#include <set>
#include <utility>

#include "../fail_errno.h"
#include "../opened_darwin.h"
#include "poll_darwin.h"
#include "posix_darwin.h"

namespace lens::posix {
namespace {

using std::chrono::milliseconds;

/// An open semaphore, closed at the end of its life; empty, with errno, where it could not be opened. A
/// program that is started meanwhile does not get it: it would count as one that has it open.
class Named {
 public:
  explicit Named(sem_t* semaphore) : semaphore_(semaphore) {
    if (semaphore_ != SEM_FAILED) ::fcntl(number(), F_SETFD, FD_CLOEXEC);
  }
  Named(Named&& other) noexcept : semaphore_(std::exchange(other.semaphore_, SEM_FAILED)) {}
  Named& operator=(Named&&) = delete;
  ~Named() {
    if (semaphore_ != SEM_FAILED) ::sem_close(semaphore_);
  }
  sem_t* get() const { return semaphore_; }
  explicit operator bool() const { return semaphore_ != SEM_FAILED; }
  std::optional<Opened> status() const { return openedSemaphore(number()); }

 private:
  int number() const { return static_cast<int>(reinterpret_cast<std::intptr_t>(semaphore_)); }

  sem_t* semaphore_;
};

const std::string& nameOf(const Key& key) {
  return posix::nameOf(key, "sem_open", longestSemaphoreName);
}

/// Names of the locks that this process holds, because nothing else records a holder.
class Holding {
 public:
  void add(const std::string& name) {
    const std::scoped_lock guard(mutex_);
    names_.insert(name);
  }
  void remove(const std::string& name) {
    const std::scoped_lock guard(mutex_);
    if (const auto found = names_.find(name); found != names_.end()) names_.erase(found);
  }
  bool has(const std::string& name) {
    const std::scoped_lock guard(mutex_);
    return names_.contains(name);
  }

 private:
  std::mutex mutex_;
  std::multiset<std::string> names_;
};
Holding holding;

class PosixSemaphore final : public Semaphore {
 public:
  PosixSemaphore(std::string name, Named semaphore, bool created)
      : name_(std::move(name)), semaphore_(std::move(semaphore)), created_(created) {}

  bool wait(milliseconds slice) override {
    const bool taken = tryFor(slice, [this] { return tryTake(); });
    if (taken) holding.add(name_);
    return taken;
  }

  /// Tried again, because nothing else would ever give back what this holds.
  void post() override {
    holding.remove(name_);
    give();
  }

  const char* waitCall() const override { return "sem_trywait"; }

  /// Nobody else has it open, so nobody can give it back. What is too much is taken away.
  void revive() override {
    if (!isAlone()) return;
    while (tryTake()) continue;
    give();
  }

  /// Of the value there is only this to find out: whether it is 0.
  std::int64_t reset(std::int64_t value, std::optional<std::int64_t>) override {
    if (value != 0) fail(Code::unsupported, "sem_getvalue", ENOSYS);
    if (holding.has(name_)) fail(Code::busy, "sem_trywait");
    const bool wasFree = tryTake();
    give();
    if (wasFree) fail(Code::conflict, "sem_trywait");
    const bool isFree = tryTake();
    if (isFree) give();
    return isFree ? 1 : 0;
  }

  void discard() noexcept override {
    // Whoever has it open may hold it.
    if (created_ && isAlone()) ::sem_unlink(name_.c_str());
  }

 private:
  bool tryTake() {
    if (::sem_trywait(semaphore_.get()) == 0) return true;
    if (errno != EAGAIN && errno != EINTR) failErrno("sem_trywait", Code::gone);
    return false;
  }

  void give() {
    constexpr int mostRounds = 3;
    for (int round = 0; ::sem_post(semaphore_.get()) != 0; ++round) {
      if (round == mostRounds) failErrno("sem_post", Code::gone);
    }
  }

  /// It is open once, here, and counts once more for its name.
  bool isAlone() const noexcept {
    constexpr std::uint64_t ours = 1, itsName = 1;
    const auto status = semaphore_.status();
    return status && status->size <= ours + itsName;
  }

  const std::string name_;
  const Named semaphore_;
  const bool created_;
};

/// Opened for each look: nothing of it changes but how often it is open, for that long.
class PosixLook final : public Look {
 public:
  explicit PosixLook(const Key& key) : name_(nameOf(key)) {}

  const Peek& peek() override {
    found_ = {};
    const Named open(::sem_open(name_.c_str(), 0));
    if (!open && errno == ENOENT) return found_;
    if (!open && errno != EACCES && errno != EPERM) failErrno("sem_open", Code::invalidKey);
    found_.exists = true;
    found_.identity = "0:" + std::to_string(numberOf(name_, 0));
    found_.readable = static_cast<bool>(open);
    const auto status = open ? open.status() : std::nullopt;
    if (!status) return found_;
    found_.mode = status->mode;
    found_.uid = status->uid;
    return found_;
  }

 private:
  const std::string name_;
  Peek found_;
};

}  // namespace

std::unique_ptr<Look> look(const Key& key) {
  return std::make_unique<PosixLook>(key);
}

OpenedLock openLock(const Key& key, bool create) {
  const std::string& name = nameOf(key);
  // Another round where another made or removed it between our two calls.
  for (int round = 0; round < 3; ++round) {
    Named existing(::sem_open(name.c_str(), 0));
    if (existing) return {std::make_unique<PosixSemaphore>(name, std::move(existing), false), false};
    if (errno != ENOENT || !create) failErrno("sem_open", Code::invalidKey);
    Named made(::sem_open(name.c_str(), O_CREAT | O_EXCL, 0600, 1u));
    if (made) return {std::make_unique<PosixSemaphore>(name, std::move(made), true), true};
    if (errno != EEXIST) failErrno("sem_open", Code::invalidKey);
  }
  fail(Code::gone, "sem_open");
}

void removeLock(const Key& key) {
  if (::sem_unlink(nameOf(key).c_str()) != 0) failErrno("sem_unlink", Code::invalidKey);
}

}  // namespace lens::posix
