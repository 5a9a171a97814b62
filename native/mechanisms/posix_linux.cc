// POSIX shared memory on Linux: files below /dev/shm (shm_overview(7)).
#include "posix_linux.h"

#include <dirent.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <climits>

#include "file_segment_linux.h"

namespace lens::posix {
namespace {

constexpr std::string_view directory = "/dev/shm/";

/// `name` with its leading slash.
Info describe(std::string name, const struct stat& status, bool removed) {
  return describeFile("posix", std::move(name), status, removed);
}

class PosixSegment final : public FileSegment {
 public:
  PosixSegment(Access access, bool writable, const std::string& name, Descriptor file)
      : FileSegment(access, writable, "posix", name, std::move(file)),
        path_(std::string(directory) + name.substr(1)) {}

 private:
  bool removed(const struct stat& status) const override {
    struct stat named;
    if (status.st_nlink == 0) return true;
    if (::fstatat(AT_FDCWD, path_.c_str(), &named, AT_SYMLINK_NOFOLLOW) == 0)
      return named.st_ino != status.st_ino || named.st_dev != status.st_dev;
    if (errno != ENOENT && errno != ENOTDIR) failErrno("fstatat");
    return true;
  }

  const std::string path_;
};

class Posix final : public Mechanism {
 public:
  Posix() : Mechanism("posix") {}

  std::vector<Info> list() const override {
    std::vector<Info> found;
    const std::unique_ptr<DIR, int (*)(DIR*)> open(::opendir(directory.data()), ::closedir);
    if (!open) failErrno("opendir");
    while (const dirent* entry = nextEntry(open.get())) {
      const std::string_view name = entry->d_name;
      if (name.starts_with("sem.")) continue;
      struct stat status;
      if (::fstatat(::dirfd(open.get()), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno != ENOENT) failErrno("fstatat");
        continue;
      }
      if (S_ISREG(status.st_mode)) found.push_back(describe("/" + std::string(name), status, false));
    }
    return found;
  }

  Info info(const Key& key) const override {
    struct stat status;
    if (::lstat(path(key, "").c_str(), &status) != 0) failErrno("stat");
    if (!S_ISREG(status.st_mode)) fail(Code::unsupported, "shm_open");
    return describe(std::get<ObjectName>(key).name, status, false);
  }

  bool exists(const Key& key) const override {
    struct stat status;
    if (::lstat(path(key, "").c_str(), &status) == 0) return true;
    if (errno != ENOENT && errno != ENOTDIR) failErrno("stat");
    return false;
  }

  std::shared_ptr<Segment> open(const Key& key, const Opening& opening) const override {
    const std::string file = path(key, "");
    // O_NONBLOCK: a FIFO of that name must not stop us.
    const int flags = (opening.write ? O_RDWR : O_RDONLY) | O_NOFOLLOW | O_NONBLOCK;
    Descriptor open = openQuietly(file.c_str(), flags);
    if (!open) failErrno("shm_open", Code::invalidKey);
    if (!S_ISREG(statusOf(open.number()).st_mode)) fail(Code::unsupported, "shm_open");
    return std::make_shared<PosixSegment>(opening.access, opening.write, std::get<ObjectName>(key).name,
                                          std::move(open));
  }

  /// The object gets its name only when it is whole, so that a peer never sees it half made and no crash of
  /// ours leaves it so.
  std::shared_ptr<Segment> create(const Key& key, std::uint64_t size, unsigned mode) const override {
    const std::string file = path(key, "");
    Descriptor made(::open(directory.data(), O_TMPFILE | O_RDWR | O_CLOEXEC | O_NOATIME, mode));
    if (!made) failErrno("open");
    const auto free = limits().free;
    if (free && size > *free) fail(Code::outOfResources, "fallocate", ENOSPC);
    reserve(made.number(), 0, 0, size);
    if (::fchmod(made.number(), mode) != 0) failErrno("fchmod");
    const std::string link = "/proc/self/fd/" + std::to_string(made.number());
    // Whatever can fail is done before it has its name.
    auto segment =
        std::make_shared<PosixSegment>(Access::attach, true, std::get<ObjectName>(key).name, std::move(made));
    if (::linkat(AT_FDCWD, link.c_str(), AT_FDCWD, file.c_str(), AT_SYMLINK_FOLLOW) != 0) failErrno("linkat");
    return segment;
  }

  void remove(const Key& key, std::string_view identity) const override {
    const std::string file = path(key, "");
    struct stat status;
    if (::lstat(file.c_str(), &status) != 0) failErrno("shm_unlink");
    if (identityOf(status) != identity) fail(Code::conflict, "shm_unlink");
    if (::unlink(file.c_str()) != 0) failErrno("shm_unlink");
  }

  std::unique_ptr<Look> look(const Key& key) const override { return posix::look(key); }
  OpenedLock openLock(const Key& key, bool create) const override { return posix::openLock(key, create); }
  void removeLock(const Key& key) const override { posix::removeLock(key); }

  Limits limits() const override {
    struct statvfs system;
    if (::statvfs(directory.data(), &system) != 0) failErrno("statvfs");
    if (system.f_blocks == 0) return {};
    const std::uint64_t free = system.f_bavail * system.f_frsize;
    return {system.f_blocks * system.f_frsize, std::min(free, availableMemory().value_or(free)),
            system.f_files == 0 ? std::nullopt : std::optional<std::uint64_t>(system.f_files)};
  }
};

const Posix registration;

}  // namespace

std::string path(const Key& key, std::string_view prefix) {
  const auto* posix = std::get_if<ObjectName>(&key);
  if (!posix) fail(Code::invalidKey, "shm_open");
  const std::string_view name = posix->name;
  if (name.size() < 2 || name[0] != '/' || name == "/." || name == "/..")
    fail(Code::invalidKey, "shm_open", EINVAL);
  if (name.find('/', 1) != std::string_view::npos || name.find('\0') != std::string_view::npos) {
    fail(Code::invalidKey, "shm_open", EINVAL);
  }
  if (prefix.size() + name.size() - 1 > NAME_MAX) fail(Code::invalidKey, "shm_open", ENAMETOOLONG);
  return std::string(directory).append(prefix).append(name.substr(1));
}

}  // namespace lens::posix
