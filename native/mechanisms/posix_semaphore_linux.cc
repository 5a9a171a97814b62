// Named POSIX semaphores as glibc keeps them: /dev/shm/sem.NAME, struct new_sem (glibc
// sysdeps/nptl/internaltypes.h).
#include <semaphore.h>
#include <sys/stat.h>

#include <mutex>
#include <set>

#include "../descriptor.h"
#include "../processes.h"
#include "posix_linux.h"

namespace lens::posix {
namespace {

using std::chrono::milliseconds;

struct Counts {
  std::uint32_t value, waiters;
};

/// The file has the length of a sem_t. Of 32 bytes, for programs of 64 bits, the first words are value and
/// waiters; of 16, for those of 32, the value is above a bit that says whether somebody waits, and the last
/// word counts them.
std::optional<Counts> readCounts(int file) {
  std::uint32_t words[8];
  const ssize_t count = readAt(file, std::as_writable_bytes(std::span(words)), 0);
  if (count < 0) failErrno("pread");
  if (count == 32) return Counts{words[0], words[1]};
  if (count == 16) return Counts{words[0] >> 1, words[3]};
  return std::nullopt;
}

/// Another C library has other names for them, those of segments, and would take a segment for one.
void refuseOtherLibraries(const char* call) {
  if (::confstr(_CS_GNU_LIBC_VERSION, nullptr, 0) == 0) fail(Code::unsupported, call);
}

/// Inodes of the locks that this process holds, because nothing else records a holder.
class Holding {
 public:
  void add(std::uint64_t inode) {
    const std::scoped_lock guard(mutex_);
    inodes_.insert(inode);
  }
  void remove(std::uint64_t inode) {
    const std::scoped_lock guard(mutex_);
    if (const auto found = inodes_.find(inode); found != inodes_.end()) inodes_.erase(found);
  }
  bool has(std::uint64_t inode) {
    const std::scoped_lock guard(mutex_);
    return inodes_.contains(inode);
  }

 private:
  std::mutex mutex_;
  std::multiset<std::uint64_t> inodes_;
};
Holding holding;

class PosixSemaphore final : public Semaphore {
 public:
  PosixSemaphore(std::string name, sem_t* semaphore, Descriptor file, std::uint64_t inode, bool created)
      : name_(std::move(name)),
        semaphore_(semaphore),
        file_(std::move(file)),
        created_(created),
        inode_(inode) {}
  ~PosixSemaphore() override { ::sem_close(semaphore_); }

  bool wait(milliseconds slice) override {
    checkWhole();
    int result;
    if (slice.count() == 0) {
      result = ::sem_trywait(semaphore_);
    } else {
      // An absolute time on the wall clock, because sem_clockwait needs glibc 2.30.
      timespec until;
      if (::clock_gettime(CLOCK_REALTIME, &until) != 0) failErrno("clock_gettime");
      until.tv_nsec += slice.count() * 1'000'000;
      until.tv_sec += until.tv_nsec / 1'000'000'000;
      until.tv_nsec %= 1'000'000'000;
      result = ::sem_timedwait(semaphore_, &until);
    }
    if (result == 0) holding.add(inode_);
    if (result == 0) return true;
    if (errno == ETIMEDOUT || errno == EAGAIN || errno == EINTR) return false;
    failErrno("sem_timedwait", Code::gone);
  }

  /// Tried again, because nothing else would ever give back what this holds.
  void post() override {
    for (int round = 0;; ++round) {
      try {
        checkWhole();
        if (::sem_post(semaphore_) != 0) failErrno("sem_post", Code::gone);
        break;
      } catch (const Error&) {
        if (round < mostRounds) continue;
        holding.remove(inode_);
        throw;
      }
    }
    holding.remove(inode_);
  }

  const char* waitCall() const override { return "sem_timedwait"; }

  void revive() override {
    struct stat status;
    const auto counts = readCounts(file_.number());
    if (holding.has(inode_) || !counts || counts->value == 1 || ::fstat(file_.number(), &status) != 0) return;
    const Scan scan = scanProcesses(false, [] { return false; });
    for (const Mapping& mapping : scan.mappings) {
      if (mapping.inode == status.st_ino && mapping.device == status.st_dev && mapping.pid != ::getpid())
        return;
    }
    // Whoever can open it and hides its maps from us might hold it.
    for (const unsigned uid : scan.denied) {
      if (uid == status.st_uid || (status.st_mode & 022) != 0) return;
    }
    makeOne();
  }

  std::int64_t reset(std::int64_t value, std::optional<std::int64_t>) override {
    checkWhole();
    int now = 0;
    if (::sem_getvalue(semaphore_, &now) != 0) failErrno("sem_getvalue", Code::gone);
    if (now != value) fail(Code::conflict, "sem_getvalue");
    if (now == 0 && holding.has(inode_)) fail(Code::busy, "sem_getvalue");
    makeOne();
    if (::sem_getvalue(semaphore_, &now) != 0) failErrno("sem_getvalue", Code::gone);
    return now;
  }

  void discard() noexcept override {
    // Whoever took it meanwhile holds it.
    int value = 0;
    if (created_ && ::sem_getvalue(semaphore_, &value) == 0 && value == 1) ::sem_unlink(name_.c_str());
  }

 private:
  /// Another may post at the same moment: what is too much is taken back.
  void makeOne() {
    int value = 0;
    if (::sem_getvalue(semaphore_, &value) == 0 && value == 0) post();
    while (::sem_getvalue(semaphore_, &value) == 0 && value > 1 && ::sem_trywait(semaphore_) == 0) continue;
  }

  /// sem_open maps the file; touching a mapping whose file was cut short would raise SIGBUS.
  void checkWhole() const {
    struct stat status;
    if (::fstat(file_.number(), &status) != 0) failErrno("fstat");
    if (static_cast<std::size_t>(status.st_size) < sizeof(sem_t)) fail(Code::gone, "sem_open");
  }

  static constexpr int mostRounds = 3;
  const std::string name_;
  sem_t* const semaphore_;
  const Descriptor file_;
  const bool created_;
  const std::uint64_t inode_;
};

Descriptor openFile(const std::string& path) {
  return openQuietly(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
}

/// Through the file that the name led to, for as long as it leads there.
class PosixLook final : public Look {
 public:
  explicit PosixLook(const Key& key) : path_(path(key, "sem.")) {}

  const Peek& peek() override {
    if (!isSame()) openAnew();
    if (!file_) return found_;
    const auto counts = readCounts(file_.number());
    found_.value = counts ? std::optional(counts->value) : std::nullopt;
    found_.waiters = counts ? std::optional(counts->waiters) : std::nullopt;
    return found_;
  }

 private:
  /// Whatever is done to its name, its owner or its mode changes the time of its change, and only that does:
  /// not what is written through a mapping. Within the tick of that clock the links still tell of a removal.
  bool isSame() const {
    if (!file_ || Clock::now() - openedAt_ >= mostAge) return false;
    struct stat now;
    if (::fstat(file_.number(), &now) != 0) failErrno("stat");
    return now.st_nlink == status_.st_nlink && now.st_ctim.tv_sec == status_.st_ctim.tv_sec &&
           now.st_ctim.tv_nsec == status_.st_ctim.tv_nsec;
  }

  void openAnew() {
    file_ = {};
    found_ = {};
    openedAt_ = Clock::now();
    Descriptor open = openFile(path_);
    // The usual answer, many times a second.
    if (!open && errno == ENOENT) return;
    // Of what we may not open, and of what is no file, there is something to say all the same.
    const bool isThere = open || errno == EACCES || errno == EPERM || errno == ELOOP || errno == ENXIO;
    if (!isThere) failErrno("sem_open");
    const bool known = open ? ::fstat(open.number(), &status_) == 0 : ::lstat(path_.c_str(), &status_) == 0;
    if (!known && !open && errno == ENOENT) return;
    if (!known) failErrno("stat");
    if (!S_ISREG(status_.st_mode)) return;
    found_.exists = true;
    found_.identity = std::to_string(status_.st_dev) + ":" + std::to_string(status_.st_ino);
    found_.mode = status_.st_mode & 0777;
    found_.uid = status_.st_uid;
    found_.readable = static_cast<bool>(open);
    file_ = std::move(open);
  }

  const std::string path_;
  Descriptor file_;
  struct stat status_ {};
  Clock::time_point openedAt_;
  Peek found_;
};

}  // namespace

std::unique_ptr<Look> look(const Key& key) {
  return std::make_unique<PosixLook>(key);
}

OpenedLock openLock(const Key& key, bool create) {
  const std::string file = path(key, "sem.");
  refuseOtherLibraries("sem_open");
  const std::string& name = std::get<ObjectName>(key).name;
  // A second round where another made or removed it between our two calls.
  for (int round = 0; round < 3; ++round) {
    Descriptor open = openFile(file);
    if (open) {
      struct stat status;
      if (::fstat(open.number(), &status) != 0) failErrno("fstat");
      // Of programs of another word size, what is written to it would mean something else to them.
      if (!S_ISREG(status.st_mode) || static_cast<std::size_t>(status.st_size) != sizeof(sem_t)) {
        fail(Code::unsupported, "sem_open");
      }
      sem_t* const existing = ::sem_open(name.c_str(), 0);
      if (existing != SEM_FAILED) {
        return {std::make_unique<PosixSemaphore>(name, existing, std::move(open), status.st_ino, false),
                false};
      }
      if (errno != ENOENT) failErrno("sem_open", Code::invalidKey);
      continue;
    }
    if (errno != ENOENT || !create) failErrno("sem_open", Code::invalidKey);
    sem_t* const made = ::sem_open(name.c_str(), O_CREAT | O_EXCL, 0600, 1);
    if (made == SEM_FAILED && errno == EEXIST) continue;
    if (made == SEM_FAILED) failErrno("sem_open", Code::invalidKey);
    Descriptor own = openFile(file);
    struct stat status;
    if (own && ::fstat(own.number(), &status) == 0)
      return {std::make_unique<PosixSemaphore>(name, made, std::move(own), status.st_ino, true), true};
    const int number = errno;
    ::sem_close(made);
    if (!own && number == ENOENT) continue;
    // What was made for nobody is not left.
    ::sem_unlink(name.c_str());
    errno = number;
    failErrno("open");
  }
  fail(Code::gone, "sem_open");
}

void removeLock(const Key& key) {
  path(key, "sem.");
  refuseOtherLibraries("sem_unlink");
  if (::sem_unlink(std::get<ObjectName>(key).name.c_str()) != 0) failErrno("sem_unlink", Code::invalidKey);
}

}  // namespace lens::posix
