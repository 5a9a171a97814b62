// System V shared memory on macOS (shmget(2), shmat(2), shmctl(2); XNU's bsd/kern/sysv_shm.c). A process may
// have 8 attaches (kern.sysv.shmseg), and nobody tells which processes have one.
#include "systemv_darwin.h"

#include <unistd.h>

#include <cerrno>
#include <thread>

#include "../fail_errno.h"
#include "view_darwin.h"

namespace lens::systemv {
namespace {

using std::chrono::milliseconds;

std::optional<double> time(time_t seconds) {
  return seconds == 0 ? std::nullopt : std::optional(static_cast<double>(seconds) * 1e3);
}

/// How much of it has memory, the system does not say at once.
Info describe(int shmid, const shmid_ds& segment) {
  Info info;
  info.mechanism = "systemv";
  info.shmid = shmid;
  info.key = segment.shm_perm._key;
  info.size = info.allocated = segment.shm_segsz;
  info.mode = segment.shm_perm.mode & 0777;
  info.uid = segment.shm_perm.uid;
  info.gid = segment.shm_perm.gid;
  info.creatorPid = segment.shm_cpid;
  info.lastPid = segment.shm_lpid;
  info.attachCount = segment.shm_nattch;
  info.removed = isRemoved(segment);
  info.accessedMs = time(segment.shm_atime);
  info.detachedMs = time(segment.shm_dtime);
  info.changedMs = time(segment.shm_ctime);
  return info;
}

/// `mode` 0 finds a segment whoever owns it; other bits ask for that permission.
int shmidOf(const Key& key, int mode = 0) {
  if (const auto* id = std::get_if<SystemId>(&key)) return id->id;
  const int shmid = ::shmget(numberOf(key), 0, mode);
  if (shmid < 0) failErrno("shmget", Code::notFound);
  return shmid;
}

/// An attachment for the life of this object.
class Attachment final : public View {
 public:
  Attachment(int shmid, std::uint64_t size, bool write) {
    void* const at = ::shmat(shmid, nullptr, write ? 0 : SHM_RDONLY);
    if (at == reinterpret_cast<void*>(-1)) failErrno("shmat", Code::gone);
    base_ = static_cast<std::byte*>(at);
    size_ = size;
  }
  ~Attachment() override { ::shmdt(base_); }
};

/// As the kernel has it once nobody has it attached, or as it is after `patience`: who looks attaches for a
/// moment.
std::optional<shmid_ds> afterMoments(int shmid, milliseconds patience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  for (;;) {
    const auto now = segmentOf(shmid);
    if (!now || now->shm_nattch == 0 || std::chrono::steady_clock::now() >= end) return now;
    std::this_thread::sleep_for(std::chrono::microseconds(100));
  }
}

/// What Qt's last detach does (qsharedmemory_systemv.cpp). The file goes first: whoever creates anew in
/// between then makes a file of its own, which we do not touch.
bool removeAsQt(int shmid, const Key& key, const shmid_ds& segment) {
  removeKeyFile(key, segment);
  // Tried again: without its file nobody would find it any more.
  for (int round = 0; round < 3; ++round) {
    if (::shmctl(shmid, IPC_RMID, nullptr) == 0) return true;
  }
  return false;
}

/// An observer attaches for each look and removes nothing: it cannot know whether the last who left used the
/// segment or looked as well, and would rather leave one behind than take away one that its owner comes back
/// to.
class SystemVSegment final : public MappedSegment {
 public:
  SystemVSegment(Key key, int shmid, std::uint64_t size, const Opening& opening, bool orphan)
      : MappedSegment(opening.access, opening.write, std::to_string(shmid)),
        key_(std::move(key)),
        shmid_(shmid),
        size_(size),
        lastDetachRemoves_(opening.lastDetachRemoves),
        orphan_(orphan) {
    if (opening.access == Access::attach)
      own_ = std::make_shared<const Attachment>(shmid, size, opening.write);
  }
  ~SystemVSegment() override { close(); }

  Route route() const override { return access == Access::attach ? Route::own : Route::momentary; }

  Info info() override {
    use();
    const auto now = segmentOf(shmid_);
    if (!now) fail(Code::gone, "shmctl", EIDRM);
    return describe(shmid_, *now);
  }

  State state() override {
    use();
    const auto now = segmentOf(shmid_);
    if (!now) return {size_, true, 0};
    return {size_, isRemoved(*now), now->shm_nattch};
  }

  std::optional<Place> nextData(std::uint64_t offset) override {
    if (const auto own = use()) return own->nextData(offset);
    return offset < size_ ? std::optional(Place{offset, false}) : std::nullopt;
  }

  Detached detach(bool removeIfLast) override {
    use();
    return leave(removeIfLast);
  }

  void close() noexcept override {
    try {
      leave(lastDetachRemoves_);
    } catch (const Error&) {
      // The segment became unreadable for us, or was closed before; the attachment itself is gone.
    }
  }

 private:
  /// Null for an observer.
  std::shared_ptr<const Attachment> use() const {
    const std::scoped_lock guard(mutex_);
    if (closed_) fail(Code::closed, "shmdt");
    return own_;
  }

  std::shared_ptr<const View> view(bool write) override {
    auto own = use();
    if (own && (writable || !write)) return own;
    return std::make_shared<const Attachment>(shmid_, size_, write);
  }

  /// An orphan is left alone: it was not ours before, and nobody tells whether others came and went since.
  Detached leave(bool removeIfLast) {
    std::unique_lock guard(mutex_);
    if (std::exchange(closed_, true)) fail(Code::closed, "shmdt");
    const bool removes = own_ && removeIfLast && !orphan_;
    own_.reset();
    guard.unlock();
    const auto after = removes ? afterMoments(shmid_, milliseconds(1)) : segmentOf(shmid_);
    if (!after) return {0, false};
    const bool last = removes && after->shm_nattch == 0 && !isRemoved(*after);
    return {static_cast<std::int64_t>(after->shm_nattch), last && removeAsQt(shmid_, key_, *after)};
  }

  const Key key_;
  const int shmid_;
  const std::uint64_t size_;
  const bool lastDetachRemoves_, orphan_;
  mutable std::mutex mutex_;
  std::shared_ptr<const Attachment> own_;
  bool closed_ = false;
};

class SystemV final : public Mechanism {
 public:
  SystemV() : Mechanism("systemv") {}

  std::vector<Info> list() const override {
    std::vector<Info> found;
    eachSegment([&](int shmid, const shmid_ds& segment) {
      found.push_back(describe(shmid, segment));
      return true;
    });
    return found;
  }

  Info info(const Key& key) const override {
    const int shmid = shmidOf(key);
    const auto segment = segmentOf(shmid);
    if (!segment) fail(Code::notFound, "shmctl", EINVAL);
    return describe(shmid, *segment);
  }

  bool exists(const Key& key) const override {
    try {
      return segmentOf(shmidOf(key)).has_value();
    } catch (const Error& error) {
      if (error.code == Code::notFound) return false;
      throw;
    }
  }

  std::shared_ptr<Segment> open(const Key& key, const Opening& opening) const override {
    const int shmid = shmidOf(key, opening.write ? 0600 : 0400);
    shmid_ds before;
    if (::shmctl(shmid, IPC_STAT, &before) != 0) failErrno("shmctl", Code::notFound);
    // Up to two attaches may both be looks of others.
    bool orphan = before.shm_nattch == 0;
    if (!orphan && opening.access == Access::attach && before.shm_nattch <= 2) {
      const auto later = afterMoments(shmid, milliseconds(20));
      orphan = later && later->shm_nattch == 0;
    }
    return std::make_shared<SystemVSegment>(key, shmid, before.shm_segsz, opening, orphan);
  }

  std::shared_ptr<Segment> create(const Key& key, std::uint64_t size, unsigned mode) const override {
    if (std::holds_alternative<SystemId>(key)) fail(Code::invalidKey, "shmget");
    MadeFile file(key);
    int shmid = -1;
    try {
      shmid = ::shmget(numberOf(key), size, IPC_CREAT | IPC_EXCL | static_cast<int>(mode));
      if (shmid < 0) failErrno("shmget", Code::invalidSize);
      return std::make_shared<SystemVSegment>(key, shmid, size, Opening{Access::attach, true, false}, false);
    } catch (const Error&) {
      if (shmid >= 0) ::shmctl(shmid, IPC_RMID, nullptr);
      file.discard();
      throw;
    }
  }

  void remove(const Key& key, std::string_view identity) const override {
    const int shmid = shmidOf(key);
    if (std::to_string(shmid) != identity) fail(Code::conflict, "shmctl");
    if (::shmctl(shmid, IPC_RMID, nullptr) != 0) failErrno("shmctl", Code::notFound);
  }

  std::unique_ptr<Look> look(const Key& key) const override { return systemv::look(key); }
  OpenedLock openLock(const Key& key, bool create) const override { return systemv::openLock(key, create); }
  void removeLock(const Key& key) const override { systemv::removeLock(key); }

  /// All segments together may have kern.sysv.shmall pages.
  Limits limits() const override {
    const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    std::uint64_t used = 0;
    eachSegment([&](int, const shmid_ds& segment) {
      used += (segment.shm_segsz + page - 1) / page * page;
      return true;
    });
    auto free = limit("kern.sysv.shmall");
    if (free) free = *free * page - std::min(used, *free * page);
    return {limit("kern.sysv.shmmax"), free, limit("kern.sysv.shmmni")};
  }
};

const SystemV registration;

}  // namespace
}  // namespace lens::systemv
