// POSIX shared memory on macOS: names in the kernel that no directory lists (XNU's bsd/kern/posix_shm.c).
// Their descriptors can be mapped and nothing else; an object gets its size once, in whole pages, and keeps
// it.
#include "posix_darwin.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysctl.h>

#include <cerrno>
#include <map>

#include "../fail_errno.h"
#include "../file_descriptor.h"
#include "../opened_darwin.h"
#include "view_darwin.h"

namespace lens::posix {
namespace {

struct stat statusOf(const Descriptor& file) {
  struct stat status;
  if (::fstat(file.number(), &status) != 0) failErrno("fstat");
  return status;
}

class PosixView final : public View {
 public:
  PosixView(const std::string& name, bool write)
      : PosixView(Descriptor(::shm_open(name.c_str(), write ? O_RDWR : O_RDONLY, 0)), write) {}

  /// One that has no size yet cannot be mapped: of it there is nothing to read.
  PosixView(Descriptor file, bool write) : file_(std::move(file)) {
    if (!file_) failErrno("shm_open", Code::invalidKey);
    const auto size = static_cast<std::uint64_t>(status().st_size);
    if (size == 0) return;
    void* const at =
        ::mmap(nullptr, size, PROT_READ | (write ? PROT_WRITE : 0), MAP_SHARED, file_.number(), 0);
    if (at == MAP_FAILED) failErrno("mmap", Code::outOfResources);
    base_ = static_cast<std::byte*>(at);
    size_ = size;
  }
  ~PosixView() override {
    if (base_) ::munmap(base_, size_);
  }

  struct stat status() const { return statusOf(file_); }
  /// 0 where it has no size yet, and so no memory.
  std::uint64_t number(const std::string& name) const { return numberOf(name, base_ ? object() : 0); }

 private:
  const Descriptor file_;
};

Info describe(const std::string& name, std::uint64_t number) {
  Info info;
  info.mechanism = "posix";
  info.name = name;
  info.device = 0;
  info.inode = number;
  return info;
}

/// How much of it has memory, the system does not say at once.
Info describe(const std::string& name, const PosixView& view) {
  const struct stat status = view.status();
  Info info = describe(name, view.number(name));
  info.size = info.allocated = static_cast<std::uint64_t>(status.st_size);
  info.mode = status.st_mode & 0777;
  info.uid = status.st_uid;
  info.gid = status.st_gid;
  return info;
}

/// What another process has open that we may not.
Info describe(const Opened& opened) {
  Info info = describe(opened.name, numberOf(opened.name, 0));
  info.size = info.allocated = opened.size;
  info.mode = opened.mode;
  info.uid = opened.uid;
  info.gid = opened.gid;
  return info;
}

std::string identityOf(const std::string& name, const PosixView& view) {
  return "0:" + std::to_string(view.number(name));
}

class PosixSegment final : public MappedSegment {
 public:
  PosixSegment(Access access, bool writable, const std::string& name, std::shared_ptr<const PosixView> view)
      : MappedSegment(access, writable, identityOf(name, *view)), name_(name), view_(std::move(view)) {}

  Info info() override {
    const auto own = use();
    Info info = describe(name_, *own);
    info.removed = removed();
    return info;
  }
  State state() override { return {use()->size(), removed(), std::nullopt}; }
  Detached detach(bool) override {
    use();
    close();
    return {std::nullopt, false};
  }
  void close() noexcept override {
    const std::scoped_lock guard(mutex_);
    view_.reset();
  }

 private:
  std::shared_ptr<const PosixView> use() const {
    const std::scoped_lock guard(mutex_);
    if (!view_) fail(Code::closed, "close");
    return view_;
  }

  std::shared_ptr<const View> view(bool write) override {
    auto own = use();
    if (!write || writable) return own;
    auto again = std::make_shared<const PosixView>(name_, true);
    if (identityOf(name_, *again) != identity) fail(Code::gone, "shm_open");
    return again;
  }

  /// We could open what the name led to: what we may not is another.
  bool removed() const {
    try {
      return identityOf(name_, PosixView(name_, false)) != identity;
    } catch (const Error& error) {
      if (error.code == Code::notFound || error.code == Code::permissionDenied) return true;
      throw;
    }
  }

  const std::string name_;
  mutable std::mutex mutex_;
  std::shared_ptr<const PosixView> view_;
};

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
    return std::make_shared<PosixSegment>(opening.access, opening.write, name, std::move(view));
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
      return std::make_shared<PosixSegment>(Access::attach, true, name, std::move(view));
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
