// Segments of System V memory that are open.
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <thread>
#include <utility>

#include "../fail_errno.h"
#include "systemv_darwin.h"
#include "view_darwin.h"

namespace lens::systemv {
namespace {

using std::chrono::milliseconds;

std::optional<double> time(time_t seconds) {
  return seconds == 0 ? std::nullopt : std::optional(static_cast<double>(seconds) * 1e3);
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

/// The file of a segment that is being removed goes as with Qt: an empty one of the segment's owner, that
/// still makes its key.
void removeKeyFile(const Key& key, const shmid_ds& segment) {
  const auto* file = std::get_if<KeyFile>(&key);
  struct stat found;
  if (!file || ::lstat(file->path.c_str(), &found) != 0) return;
  const bool owned = found.st_uid == segment.shm_perm.uid || found.st_uid == segment.shm_perm.cuid;
  if (owned && S_ISREG(found.st_mode) && found.st_size == 0 &&
      ::ftok(file->path.c_str(), file->project) == segment.shm_perm._key)
    ::unlink(file->path.c_str());
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

}  // namespace

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

std::optional<shmid_ds> afterMoments(int shmid, milliseconds patience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  for (;;) {
    const auto now = segmentOf(shmid);
    if (!now || now->shm_nattch == 0 || std::chrono::steady_clock::now() >= end) return now;
    std::this_thread::sleep_for(std::chrono::microseconds(100));
  }
}

std::shared_ptr<Segment> openSegment(const Key& key, int shmid, std::uint64_t size, const Opening& opening,
                                     bool orphan) {
  return std::make_shared<SystemVSegment>(key, shmid, size, opening, orphan);
}

}  // namespace lens::systemv
