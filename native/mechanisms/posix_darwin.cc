// POSIX shared memory on macOS: names in the kernel that no directory lists (XNU's bsd/kern/posix_shm.c).
// Their descriptors can be mapped and nothing else; an object gets its size once, in whole pages, and keeps
// it.
#include "posix_darwin.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sysctl.h>

#include <cerrno>
#include <map>

#include "../fail_errno.h"
#include "../opened_darwin.h"
#include "posix_segment_darwin.h"

namespace lens::posix {
namespace {

/// The kernel would promise any size, and take memory of its own for each piece of it.
std::optional<std::uint64_t> physicalMemory() {
  std::uint64_t bytes = 0;
  std::size_t length = sizeof bytes;
  if (::sysctlbyname("hw.memsize", &bytes, &length, nullptr, 0) != 0) return std::nullopt;
  return bytes;
}

class Posix final : public Mechanism {
 public:
  Posix() : Mechanism("posix") {}

  /// Those that a process has open which we may look into; nobody tells of the others. Names without a slash,
  /// which the system's own services use, are no names to shm_open(3).
  std::vector<Info> list() const override {
    std::map<std::string, Opened> names;
    for (const pid_t pid : allProcesses()) {
      for (const Opened& one : openedMemory(pid).value_or(std::vector<Opened>()))
        if (one.name.starts_with('/')) names.try_emplace(one.name, one);
    }
    std::vector<Info> found;
    for (const auto& [name, opened] : names) {
      try {
        found.push_back(describe(name, PosixView(name, false)));
      } catch (const Error& error) {
        if (error.code == Code::permissionDenied) found.push_back(describe(opened));
        if (error.code == Code::outOfResources) throw;
      }
    }
    return found;
  }

  Info info(const Key& key) const override {
    const std::string& name = nameOf(key);
    return describe(name, PosixView(name, false));
  }

  bool exists(const Key& key) const override {
    if (Descriptor(::shm_open(nameOf(key).c_str(), O_RDONLY, 0))) return true;
    if (errno == EACCES || errno == EPERM) return true;
    if (errno != ENOENT) failErrno("shm_open", Code::invalidKey);
    return false;
  }

  std::shared_ptr<Segment> open(const Key& key, const Opening& opening) const override {
    const std::string& name = nameOf(key);
    auto view = std::make_shared<const PosixView>(name, opening.write);
    return segmentOf(opening.access, opening.write, name, std::move(view));
  }

  /// A peer may see it for an instant before it has its size. XNU leaves the mode as it is told, without a
  /// umask.
  std::shared_ptr<Segment> create(const Key& key, std::uint64_t size, unsigned mode) const override {
    const std::string& name = nameOf(key);
    const auto most = physicalMemory();
    if (most && size > *most) fail(Code::outOfResources, "ftruncate", ENOMEM);
    Descriptor made(::shm_open(name.c_str(), O_RDWR | O_CREAT | O_EXCL, mode));
    if (!made) failErrno("shm_open", Code::invalidKey);
    try {
      if (::ftruncate(made.number(), static_cast<off_t>(size)) != 0)
        failErrno("ftruncate", Code::invalidSize);
      auto view = std::make_shared<const PosixView>(std::move(made), true);
      return segmentOf(Access::attach, true, name, std::move(view));
    } catch (const Error&) {
      ::shm_unlink(name.c_str());
      throw;
    }
  }

  void remove(const Key& key, std::string_view identity) const override {
    const std::string& name = nameOf(key);
    if (identityOf(name, PosixView(name, false)) != identity) fail(Code::conflict, "shm_unlink");
    if (::shm_unlink(name.c_str()) != 0) failErrno("shm_unlink");
  }

  std::unique_ptr<Look> look(const Key& key) const override { return posix::look(key); }
  OpenedLock openLock(const Key& key, bool create) const override { return posix::openLock(key, create); }
  void removeLock(const Key& key) const override { posix::removeLock(key); }

  Limits limits() const override { return {physicalMemory(), std::nullopt, std::nullopt}; }

 private:
  static const std::string& nameOf(const Key& key) {
    return posix::nameOf(key, "shm_open", longestSegmentName);
  }
};

const Posix registration;

}  // namespace

const std::string& nameOf(const Key& key, const char* call, std::size_t longest) {
  const auto* posix = std::get_if<ObjectName>(&key);
  if (!posix) fail(Code::invalidKey, call);
  const std::string& name = posix->name;
  if (name.size() < 2 || name[0] != '/' || name.find('\0') != name.npos) fail(Code::invalidKey, call, EINVAL);
  if (name.size() > longest) fail(Code::invalidKey, call, ENAMETOOLONG);
  return name;
}

}  // namespace lens::posix
