// POSIX shared memory on Linux: files below /dev/shm (shm_overview(7)), read and written by pread and pwrite
// only. Nothing is ever mapped to be read: a mapping could raise SIGBUS, and reading a hole through one would
// fill it.
#include "posix_linux.h"

#include <dirent.h>
#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <cstring>

#include "../descriptor.h"

namespace lens::posix {
namespace {

constexpr std::string_view directory = "/dev/shm/";

double milliseconds(const timespec& time) {
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

std::string identityOf(const struct stat& status) {
  return std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
}

Info describe(std::string name, const struct stat& status, bool removed) {
  Info info;
  info.mechanism = "posix";
  info.name = std::move(name);
  info.device = status.st_dev;
  info.inode = status.st_ino;
  info.size = static_cast<std::uint64_t>(status.st_size);
  info.allocated = static_cast<std::uint64_t>(status.st_blocks) * 512;
  info.mode = status.st_mode & 0777;
  info.uid = status.st_uid;
  info.gid = status.st_gid;
  info.removed = removed;
  info.accessedMs = milliseconds(status.st_atim);
  info.modifiedMs = milliseconds(status.st_mtim);
  info.changedMs = milliseconds(status.st_ctim);
  return info;
}

struct stat statusOf(int file) {
  struct stat status;
  if (::fstat(file, &status) != 0) failErrno("fstat");
  return status;
}

/// Bytes that the system can still give, swap included (proc_meminfo(5)); nullopt where it does not say.
std::optional<std::uint64_t> availableMemory() {
  const auto text = readWhole("/proc/meminfo");
  if (!text) return std::nullopt;
  std::uint64_t kibibytes = 0;
  for (const std::string_view field : {"\nMemAvailable:", "\nSwapFree:"}) {
    const auto at = text->find(field);
    if (at == std::string::npos) return std::nullopt;
    kibibytes += std::strtoull(text->c_str() + at + field.size(), nullptr, 10);
  }
  return kibibytes * 1024;
}

/// A tmpfs may promise more than there is memory, and the kernel would end processes to keep that promise.
void refuseMoreThanThereIs(std::uint64_t length) {
  constexpr std::uint64_t worthAsking = 1 << 24;
  if (length < worthAsking) return;
  const auto available = availableMemory();
  if (available && length > *available) fail(Code::outOfResources, "fallocate", ENOMEM);
}

/// Grows or fills without a half-done state: the kernel takes back what it reserved where memory runs out.
void reserve(int file, int mode, std::uint64_t offset, std::uint64_t length) {
  refuseMoreThanThereIs(length);
  while (::fallocate(file, mode, static_cast<off_t>(offset), static_cast<off_t>(length)) != 0) {
    if (errno != EINTR) failErrno("fallocate", Code::invalidSize);
  }
}

void writeAt(int file, std::uint64_t offset, std::span<const std::byte> bytes) {
  const struct stat status = statusOf(file);
  const auto size = static_cast<std::uint64_t>(status.st_size);
  // pwrite past the end would grow the object.
  if (offset > size || bytes.size() > size - offset) fail(Code::invalidSize, "pwrite");
  if (bytes.empty()) return;
  const bool mayHaveHoles = static_cast<std::uint64_t>(status.st_blocks) * 512 < size;
  if (mayHaveHoles) reserve(file, FALLOC_FL_KEEP_SIZE, offset, bytes.size());
  while (!bytes.empty()) {
    const ssize_t count = ::pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) failErrno("pwrite");
    bytes = bytes.subspan(static_cast<std::size_t>(count));
    offset += static_cast<std::uint64_t>(count);
  }
}

class PosixEdit final : public Edit {
 public:
  /// `again`: the object opened for writing; empty where the segment's own file is.
  PosixEdit(SharedFile::Use file, Descriptor again) : file_(std::move(file)), again_(std::move(again)) {}

  void read(std::uint64_t offset, std::span<std::byte> target) override {
    const ssize_t count = readAt(number(), target, offset);
    if (count < 0) failErrno("pread");
    if (static_cast<std::size_t>(count) < target.size()) fail(Code::invalidSize, "pread");
  }
  void write(std::uint64_t offset, std::span<const std::byte> bytes) override {
    writeAt(number(), offset, bytes);
  }
  int number() const { return again_ ? again_.number() : file_.number(); }

 private:
  const SharedFile::Use file_;
  const Descriptor again_;
};

class PosixSegment final : public Segment {
 public:
  PosixSegment(Access access, bool writable, std::string name, Descriptor file)
      : Segment(access, writable, identityOf(statusOf(file.number()))),
        name_(std::move(name)),
        path_(std::string(directory) + name_.substr(1)),
        file_(std::move(file)) {}

  Route route() const override { return Route::file; }

  Info info() override {
    const SharedFile::Use file(file_);
    const struct stat status = statusOf(file.number());
    return describe(name_, status, removed(status));
  }

  State state() override {
    const SharedFile::Use file(file_);
    const struct stat status = statusOf(file.number());
    return {static_cast<std::uint64_t>(status.st_size), removed(status), std::nullopt,
            static_cast<std::uint64_t>(status.st_blocks) * 512};
  }

  std::size_t read(std::uint64_t offset, std::span<std::byte> target) override {
    const SharedFile::Use file(file_);
    const ssize_t count = readAt(file.number(), target, offset);
    if (count < 0) failErrno("pread");
    return static_cast<std::size_t>(count);
  }

  std::optional<Place> nextData(std::uint64_t offset) override {
    const SharedFile::Use file(file_);
    return dataAt(file.number(), offset);
  }

  void write(std::uint64_t offset, std::span<const std::byte> bytes) override {
    const SharedFile::Use file(file_);
    if (!writable) fail(Code::permissionDenied, "pwrite", EBADF);
    writeAt(file.number(), offset, bytes);
  }

  std::unique_ptr<Edit> edit() override { return forWriting(); }

  /// The kernel knows a shared word by its file and offset, through whichever mapping; it alone looks through
  /// this one, and answers with EFAULT where there is no page.
  int wake(std::uint64_t offset) override {
    const SharedFile::Use file(file_);
    const auto size = static_cast<std::uint64_t>(statusOf(file.number()).st_size);
    if (offset % sizeof(std::uint32_t) != 0 || offset + sizeof(std::uint32_t) > size)
      fail(Code::invalidSize, "futex");
    const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    const std::uint64_t first = offset / page * page;
    void* const at = ::mmap(nullptr, page, PROT_READ, MAP_SHARED, file.number(), static_cast<off_t>(first));
    if (at == MAP_FAILED) failErrno("mmap");
    auto* const word = static_cast<std::byte*>(at) + (offset - first);
    const long woken = ::syscall(SYS_futex, word, FUTEX_WAKE, 1, nullptr, nullptr, 0);
    const int number = errno;
    ::munmap(at, page);
    errno = number;
    if (woken < 0) failErrno("futex", Code::invalidSize);
    return static_cast<int>(woken);
  }

  void resize(std::uint64_t size) override {
    const auto file = forWriting();
    const auto old = static_cast<std::uint64_t>(statusOf(file->number()).st_size);
    if (size > old) return reserve(file->number(), 0, old, size - old);
    if (::ftruncate(file->number(), static_cast<off_t>(size)) != 0) failErrno("ftruncate", Code::invalidSize);
  }

  Route findRoute() override {
    const SharedFile::Use file(file_);
    return Route::file;
  }

  Detached detach(bool) override {
    const SharedFile::Use file(file_);
    close();
    return {std::nullopt, false};
  }

  void close() noexcept override { file_.close(); }

 private:
  /// The same object, even where its name is gone or taken by another.
  std::unique_ptr<PosixEdit> forWriting() {
    SharedFile::Use file(file_);
    if (writable) return std::make_unique<PosixEdit>(std::move(file), Descriptor());
    const std::string link = "/proc/self/fd/" + std::to_string(file.number());
    Descriptor again(::open(link.c_str(), O_RDWR | O_CLOEXEC));
    if (!again) failErrno("open");
    return std::make_unique<PosixEdit>(std::move(file), std::move(again));
  }

  bool removed(const struct stat& status) const {
    struct stat named;
    if (status.st_nlink == 0) return true;
    if (::fstatat(AT_FDCWD, path_.c_str(), &named, AT_SYMLINK_NOFOLLOW) == 0)
      return named.st_ino != status.st_ino || named.st_dev != status.st_dev;
    if (errno != ENOENT && errno != ENOTDIR) failErrno("fstatat");
    return true;
  }

  const std::string name_, path_;
  SharedFile file_;
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
    return describe(std::get<PosixName>(key).name, status, false);
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
    return std::make_shared<PosixSegment>(opening.access, opening.write, std::get<PosixName>(key).name,
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
        std::make_shared<PosixSegment>(Access::attach, true, std::get<PosixName>(key).name, std::move(made));
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

  Peek peek(const Key& key) const override { return posix::peek(key); }
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
  const auto* posix = std::get_if<PosixName>(&key);
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
