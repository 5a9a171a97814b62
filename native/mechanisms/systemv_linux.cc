// System V shared memory on Linux (shmget(2), shmat(2), shmctl(2)).
#include "systemv_linux.h"

#include <sys/ipc.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>

#include "../descriptor.h"
#include "../proc_text.h"

namespace lens::systemv {
namespace {

/// Until `visit` says that it is enough.
template <typename Visit>
void eachSegment(Visit visit) {
  const auto text = readWhole("/proc/sysvipc/shm");
  if (!text) failErrno("open");
  bool more = true;
  eachLine(*text, [&](std::string_view line) {
    const auto found = more ? parseShmLine(line) : std::nullopt;
    more = more && (!found || visit(*found));
  });
}

std::optional<ShmLine> lineOf(int shmid) {
  std::optional<ShmLine> found;
  eachSegment([&](const ShmLine& line) {
    if (line.shmid == shmid) found = line;
    return !found;
  });
  return found;
}

std::optional<double> seconds(std::uint64_t time) {
  return time == 0 ? std::nullopt : std::optional(static_cast<double>(time) * 1e3);
}

Info describe(const ShmLine& line) {
  Info info;
  info.mechanism = "systemv";
  info.shmid = line.shmid;
  info.key = line.key;
  info.size = line.size;
  info.allocated = line.resident + line.swapped;
  info.mode = line.perms & 0777;
  info.uid = line.uid;
  info.gid = line.gid;
  info.creatorPid = line.creator;
  info.lastPid = line.last;
  info.attachCount = static_cast<std::int64_t>(line.attaches);
  info.removed = (line.perms & SHM_DEST) != 0;
  info.accessedMs = seconds(line.attached);
  info.detachedMs = seconds(line.detached);
  info.changedMs = seconds(line.changed);
  return info;
}

/// `mode` 0 finds a segment whoever owns it; other bits ask for that permission.
int shmidOf(const Key& key, int mode = 0) {
  if (const auto* id = std::get_if<SystemId>(&key)) return id->id;
  const int shmid = ::shmget(numberOf(key), 0, mode);
  if (shmid < 0) failErrno("shmget", Code::notFound);
  return shmid;
}

/// What Qt's last detach does (qsharedmemory_systemv.cpp). The file goes first: whoever creates anew in
/// between then makes a file of its own, which we do not touch.
bool removeAsQt(int shmid, const Key& key) {
  const auto now = status(shmid);
  if (!now || now->shm_nattch != 0) return false;
  if (const auto* file = std::get_if<KeyFile>(&key)) {
    struct stat found;
    const bool ours = ::lstat(file->path.c_str(), &found) == 0 && S_ISREG(found.st_mode) &&
                      found.st_size == 0 &&
                      (found.st_uid == now->shm_perm.uid || found.st_uid == now->shm_perm.cuid) &&
                      ::ftok(file->path.c_str(), file->project) == now->shm_perm.__key;
    if (ours) ::unlink(file->path.c_str());
  }
  // Tried again: without its file nobody would find it any more.
  for (int round = 0; round < 3; ++round) {
    if (::shmctl(shmid, IPC_RMID, nullptr) == 0) return true;
  }
  return false;
}

/// An attachment for one call. If the target's last process left meanwhile, it saw that it was not the last,
/// and we do what it would have done. Windows that attached see to it themselves.
class Moment {
 public:
  /// `removes`: the key of a segment that goes with its last detach; null for any other, and for an orphan.
  Moment(int shmid, std::uint64_t size, bool write, const Key* removes)
      : shmid_(shmid), removes_(removes), attachment_(std::in_place, shmid, size, write) {}
  Moment(const Moment&) = delete;
  Moment& operator=(const Moment&) = delete;
  ~Moment() {
    attachment_.reset();
    try {
      if (removes_) removeAsQt(shmid_, *removes_);
    } catch (const Error&) {
      // We may no longer look at it, so it is not ours to remove.
    }
  }
  const Attachment& attachment() const { return *attachment_; }

 private:
  const int shmid_;
  const Key* const removes_;
  std::optional<Attachment> attachment_;
};

/// Whether all attaches that there are may be looks, of other windows: neither we nor the creator have it, as
/// far as is told.
bool mayBeLooks(int shmid, const shmid_ds& now) {
  Lookers lookers;
  if (now.shm_nattch == 0 || now.shm_nattch > mostInMoment || !lookers.includes(now.shm_lpid)) return false;
  Peers peers(shmid, now.shm_segsz);
  const std::array<pid_t, 1> us{::getpid()}, creator{now.shm_cpid};
  return !peers.search(us) && !(peers.search(creator) && peers.used(lookers));
}

class SystemVSegment;

class SystemVEdit final : public Edit {
 public:
  /// `moment`: null where the segment's own attachment will do.
  SystemVEdit(SystemVSegment& segment, std::unique_ptr<Moment> moment)
      : segment_(segment), moment_(std::move(moment)) {}
  void read(std::uint64_t offset, std::span<std::byte> target) override;
  void write(std::uint64_t offset, std::span<const std::byte> bytes) override;

 private:
  /// The caller holds the segment's mutex.
  const Attachment& attachment(std::uint64_t offset, std::size_t length) const;

  SystemVSegment& segment_;
  const std::unique_ptr<Moment> moment_;
};

class SystemVSegment final : public Segment {
 public:
  SystemVSegment(Key key, int shmid, const shmid_ds& before, const Opening& opening, bool orphan)
      : Segment(opening.access, opening.write, std::to_string(shmid)),
        key_(std::move(key)),
        shmid_(shmid),
        size_(before.shm_segsz),
        lastDetachRemoves_(opening.lastDetachRemoves),
        orphan_(orphan),
        peers_(shmid, size_) {
    if (opening.access == Access::attach) {
      own_.emplace(shmid, size_, opening.write);
      route_ = Route::own;
      return;
    }
    const std::array<pid_t, 2> likely{before.shm_cpid, before.shm_lpid};
    if (peers_.search(likely)) route_ = peers_.probe().value_or(Route::momentary);
  }
  ~SystemVSegment() override { close(); }

  Route route() const override { return route_; }

  Info info() override {
    checkOpen();
    const auto line = lineOf(shmid_);
    if (!line) fail(Code::gone, "shmctl", EIDRM);
    return describe(*line);
  }

  State state() override {
    checkOpen();
    const auto now = status(shmid_);
    if (!now) return {size_, true, 0};
    return {size_, (now->shm_perm.mode & SHM_DEST) != 0, static_cast<std::int64_t>(now->shm_nattch)};
  }

  std::size_t read(std::uint64_t offset, std::span<std::byte> target) override {
    const std::scoped_lock guard(mutex_);
    const auto now = present();
    if (offset >= size_) return 0;
    target = target.first(std::min<std::uint64_t>(target.size(), size_ - offset));
    if (own_) {
      own_->read(offset, target);
      return target.size();
    }
    if (const auto route = peers_.read(offset, target)) {
      route_ = *route;
      return target.size();
    }
    route_ = Route::momentary;
    moment(now, false, true)->attachment().read(offset, target);
    return target.size();
  }

  /// Without a mapping of our own only a segment of which no page is in use is known to be a hole.
  std::optional<Place> nextData(std::uint64_t offset) override {
    const std::scoped_lock guard(mutex_);
    present();
    if (offset >= size_) return std::nullopt;
    if (own_) return own_->nextData(offset);
    const auto used = usage(shmid_);
    if (used && used->resident == 0 && used->swapped == 0) return std::nullopt;
    return Place{offset, false};
  }

  void write(std::uint64_t offset, std::span<const std::byte> bytes) override {
    const std::scoped_lock guard(mutex_);
    const auto now = present();
    if (!writable) fail(Code::permissionDenied, "shmat", EACCES);
    checkRange(offset, bytes.size());
    if (own_) return own_->write(offset, bytes);
    moment(now, true)->attachment().write(offset, bytes);
  }

  std::unique_ptr<Edit> edit() override {
    const std::scoped_lock guard(mutex_);
    const auto now = present();
    return std::make_unique<SystemVEdit>(*this, own_ && writable ? nullptr : moment(now, true));
  }

  int wake(std::uint64_t offset) override {
    const std::scoped_lock guard(mutex_);
    const auto now = present();
    checkRange(offset, sizeof(std::uint32_t));
    return own_ ? own_->wake(offset) : moment(now, false)->attachment().wake(offset);
  }

  void resize(std::uint64_t) override { fail(Code::unsupported, "shmget"); }

  Route findRoute() override {
    checkOpen();
    if (access == Access::attach) return Route::own;
    Peers found(shmid_, size_);
    const bool any = found.searchAll();
    const std::scoped_lock guard(mutex_);
    present();
    peers_.take(std::move(found));
    const Route route = any ? peers_.probe().value_or(Route::momentary) : Route::momentary;
    route_ = route;
    return route;
  }

  Detached detach(bool removeIfLast) override {
    const std::scoped_lock guard(mutex_);
    checkOpen();
    return leave(removeIfLast);
  }

  friend SystemVEdit;

  void close() noexcept override {
    const std::scoped_lock guard(mutex_);
    if (closed_) return;
    try {
      leave(lastDetachRemoves_);
    } catch (const Error&) {
      // The segment became unreadable for us; the attachment itself is gone.
    }
  }

 private:
  friend SystemVEdit;

  Detached leave(bool removeIfLast) {
    closed_ = true;
    if (!own_) {
      const auto now = status(shmid_);
      return {now ? static_cast<std::int64_t>(now->shm_nattch) : 0, false};
    }
    // An orphan is left alone, unless others attached since: then Qt's last one would have removed it.
    // Out of the member first: whatever fails below, the attachment ends.
    std::optional<Attachment> own(std::move(*own_));
    own_.reset();
    const auto before = status(shmid_);
    const bool looked = before && lookers_.includes(before->shm_lpid);
    const bool last = removeIfLast && !(orphan_ && looked);
    own.reset();
    const bool moment = last && looked && before->shm_nattch <= 1 + mostInMoment;
    const auto after = moment ? afterMoments(shmid_, shortMoment) : status(shmid_);
    if (!after) return {0, false};
    const bool removes = last && after->shm_nattch == 0;
    return {static_cast<std::int64_t>(after->shm_nattch), removes && removeAsQt(shmid_, key_)};
  }

  void checkOpen() const {
    if (closed_) fail(Code::closed, "shmdt");
  }

  void checkRange(std::uint64_t offset, std::size_t length) const {
    if (offset > size_ || length > size_ - offset) fail(Code::invalidSize, "shmat");
  }

  shmid_ds present() const {
    checkOpen();
    const auto now = status(shmid_);
    // While we are attached the memory lives, whatever became of its id.
    if (!now) fail(Code::gone, "shmctl", EIDRM);
    return *now;
  }

  /// `seen`: a read has just seen who has it.
  std::unique_ptr<Moment> moment(const shmid_ds& before, bool write, bool seen = false) {
    const bool mayRemove = !own_ && lastDetachRemoves_ && before.shm_nattch != 0;
    if (mayRemove && !seen) peers_.renew();
    const bool removes = mayRemove && peers_.used(lookers_);
    return std::make_unique<Moment>(shmid_, size_, write, removes ? &key_ : nullptr);
  }

  const Key key_;
  const int shmid_;
  const std::uint64_t size_;
  const bool lastDetachRemoves_, orphan_;
  std::mutex mutex_;
  std::optional<Attachment> own_;
  Lookers lookers_;
  Peers peers_;
  std::atomic<Route> route_{Route::momentary};
  std::atomic<bool> closed_{false};
};

const Attachment& SystemVEdit::attachment(std::uint64_t offset, std::size_t length) const {
  segment_.present();
  segment_.checkRange(offset, length);
  return moment_ ? moment_->attachment() : *segment_.own_;
}

void SystemVEdit::read(std::uint64_t offset, std::span<std::byte> target) {
  const std::scoped_lock guard(segment_.mutex_);
  attachment(offset, target.size()).read(offset, target);
}

void SystemVEdit::write(std::uint64_t offset, std::span<const std::byte> bytes) {
  const std::scoped_lock guard(segment_.mutex_);
  attachment(offset, bytes.size()).write(offset, bytes);
}

class SystemV final : public Mechanism {
 public:
  SystemV() : Mechanism("systemv") {}

  std::vector<Info> list() const override {
    std::vector<Info> found;
    eachSegment([&](const ShmLine& line) {
      found.push_back(describe(line));
      return true;
    });
    return found;
  }

  Info info(const Key& key) const override {
    const auto line = lineOf(shmidOf(key));
    if (!line) fail(Code::notFound, "shmctl", EINVAL);
    return describe(*line);
  }

  bool exists(const Key& key) const override {
    try {
      return lineOf(shmidOf(key)).has_value();
    } catch (const Error& error) {
      if (error.code == Code::notFound) return false;
      throw;
    }
  }

  std::shared_ptr<Segment> open(const Key& key, const Opening& opening) const override {
    const int shmid = shmidOf(key, opening.write ? 0600 : 0400);
    auto before = status(shmid);
    if (before && opening.access == Access::attach && mayBeLooks(shmid, *before))
      before = afterMoments(shmid, longMoment);
    if (!before) fail(Code::notFound, "shmctl", EINVAL);
    return std::make_shared<SystemVSegment>(key, shmid, *before, opening, before->shm_nattch == 0);
  }

  std::shared_ptr<Segment> create(const Key& key, std::uint64_t size, unsigned mode) const override {
    if (std::holds_alternative<SystemId>(key)) fail(Code::invalidKey, "shmget");
    // Where addresses have 32 bits it would be cut to another size.
    if (static_cast<std::size_t>(size) != size) fail(Code::outOfResources, "shmget", ENOMEM);
    MadeFile file(key);
    int shmid = -1;
    try {
      shmid = ::shmget(numberOf(key), size, IPC_CREAT | IPC_EXCL | static_cast<int>(mode));
      if (shmid < 0) failErrno("shmget", Code::invalidSize);
      const auto made = status(shmid);
      if (!made) fail(Code::gone, "shmctl", EIDRM);
      return std::make_shared<SystemVSegment>(key, shmid, *made, Opening{Access::attach, true, false}, false);
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

  Limits limits() const override {
    shminfo system;
    if (::shmctl(0, IPC_INFO, reinterpret_cast<shmid_ds*>(&system)) < 0) failErrno("shmctl");
    return {system.shmmax, std::nullopt, system.shmmni};
  }
};

const SystemV registration;

}  // namespace

std::optional<shmid_ds> status(int shmid) {
  shmid_ds found;
  if (::shmctl(shmid, IPC_STAT, &found) == 0) return found;
  if (errno == EINVAL || errno == EIDRM) return std::nullopt;
  failErrno("shmctl");
}

std::optional<Usage> usage(int shmid) {
  const auto line = lineOf(shmid);
  return line ? std::optional(Usage{line->resident, line->swapped}) : std::nullopt;
}

}  // namespace lens::systemv
