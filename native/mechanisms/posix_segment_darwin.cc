#include "posix_segment_darwin.h"

#include <fcntl.h>
#include <sys/mman.h>

#include <cerrno>

#include "../fail_errno.h"

namespace lens::posix {
namespace {

Info named(const std::string& name, std::uint64_t number) {
  Info info;
  info.mechanism = "posix";
  info.name = name;
  info.device = 0;
  info.inode = number;
  return info;
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

}  // namespace

PosixView::PosixView(const std::string& name, bool write)
    : PosixView(Descriptor(::shm_open(name.c_str(), write ? O_RDWR : O_RDONLY, 0)), write) {}

PosixView::PosixView(Descriptor file, bool write) : file_(std::move(file)) {
  if (!file_) failErrno("shm_open", Code::invalidKey);
  const auto size = static_cast<std::uint64_t>(status().st_size);
  if (size == 0) return;
  void* const at = ::mmap(nullptr, size, PROT_READ | (write ? PROT_WRITE : 0), MAP_SHARED, file_.number(), 0);
  if (at == MAP_FAILED) failErrno("mmap", Code::outOfResources);
  base_ = static_cast<std::byte*>(at);
  size_ = size;
}

PosixView::~PosixView() {
  if (base_) ::munmap(base_, size_);
}

struct stat PosixView::status() const {
  struct stat status;
  if (::fstat(file_.number(), &status) != 0) failErrno("fstat");
  return status;
}

std::string identityOf(const std::string& name, const PosixView& view) {
  return "0:" + std::to_string(view.number(name));
}

Info describe(const std::string& name, const PosixView& view) {
  const struct stat status = view.status();
  Info info = named(name, view.number(name));
  info.size = info.allocated = static_cast<std::uint64_t>(status.st_size);
  info.mode = status.st_mode & 0777;
  info.uid = status.st_uid;
  info.gid = status.st_gid;
  return info;
}

Info describe(const Opened& opened) {
  Info info = named(opened.name, numberOf(opened.name, 0));
  info.size = info.allocated = opened.size;
  info.mode = opened.mode;
  info.uid = opened.uid;
  info.gid = opened.gid;
  return info;
}

std::shared_ptr<Segment> segmentOf(Access access, bool writable, const std::string& name,
                                   std::shared_ptr<const PosixView> view) {
  return std::make_shared<PosixSegment>(access, writable, name, std::move(view));
}

}  // namespace lens::posix
