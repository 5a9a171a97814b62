// System V shared memory on macOS (shmget(2), shmat(2), shmctl(2); XNU's bsd/kern/sysv_shm.c). A process may
// have 8 attaches (kern.sysv.shmseg), and nobody tells which processes have one.
#include "systemv_darwin.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "../fail_errno.h"

namespace lens::systemv {
namespace {

using std::chrono::milliseconds;

/// `mode` 0 finds a segment whoever owns it; other bits ask for that permission.
int shmidOf(const Key& key, int mode = 0) {
  if (const auto* id = std::get_if<SystemId>(&key)) return id->id;
  const int shmid = ::shmget(numberOf(key), 0, mode);
  if (shmid < 0) failErrno("shmget", Code::notFound);
  return shmid;
}

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
    return openSegment(key, shmid, before.shm_segsz, opening, orphan);
  }

  std::shared_ptr<Segment> create(const Key& key, std::uint64_t size, unsigned mode) const override {
    if (std::holds_alternative<SystemId>(key)) fail(Code::invalidKey, "shmget");
    MadeFile file(key);
    int shmid = -1;
    try {
      shmid = ::shmget(numberOf(key), size, IPC_CREAT | IPC_EXCL | static_cast<int>(mode));
      if (shmid < 0) failErrno("shmget", Code::invalidSize);
      return openSegment(key, shmid, size, Opening{Access::attach, true, false}, false);
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
