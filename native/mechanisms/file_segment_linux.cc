#include "file_segment_linux.h"

#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "../proc_text.h"

namespace lens {
namespace {

double milliseconds(const timespec& time) {
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

/// A tmpfs may promise more than there is memory, and the kernel would end processes to keep that promise.
void refuseMoreThanThereIs(std::uint64_t length) {
  constexpr std::uint64_t worthAsking = 1 << 24;
  if (length < worthAsking) return;
  const auto available = availableMemory();
  if (available && length > *available) fail(Code::outOfResources, "fallocate", ENOMEM);
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

class FileEdit final : public Edit {
 public:
  /// `again`: the object opened for writing; empty where the segment's own file is.
  FileEdit(SharedFile::Use file, Descriptor again) : file_(std::move(file)), again_(std::move(again)) {}

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

}  // namespace

std::string identityOf(const struct stat& status) {
  return std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
}

Info describeFile(std::string_view mechanism, std::optional<std::string> name, const struct stat& status,
                  bool removed) {
  Info info;
  info.mechanism = mechanism;
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

std::optional<std::uint64_t> availableMemory() {
  const auto text = readWhole("/proc/meminfo");
  return text ? parseAvailableMemory(*text) : std::nullopt;
}

void reserve(int file, int mode, std::uint64_t offset, std::uint64_t length) {
  refuseMoreThanThereIs(length);
  while (::fallocate(file, mode, static_cast<off_t>(offset), static_cast<off_t>(length)) != 0) {
    if (errno != EINTR) failErrno("fallocate", Code::invalidSize);
  }
}

Info FileSegment::info() {
  const SharedFile::Use file(file_);
  const struct stat status = statusOf(file.number());
  return describeFile(mechanism_, name_, status, removed(status));
}

State FileSegment::state() {
  const SharedFile::Use file(file_);
  const struct stat status = statusOf(file.number());
  return {static_cast<std::uint64_t>(status.st_size), removed(status), std::nullopt,
          static_cast<std::uint64_t>(status.st_blocks) * 512};
}

std::size_t FileSegment::read(std::uint64_t offset, std::span<std::byte> target) {
  const SharedFile::Use file(file_);
  const ssize_t count = readAt(file.number(), target, offset);
  if (count < 0) failErrno("pread");
  return static_cast<std::size_t>(count);
}

std::optional<Place> FileSegment::nextData(std::uint64_t offset) {
  const SharedFile::Use file(file_);
  return dataAt(file.number(), offset);
}

void FileSegment::write(std::uint64_t offset, std::span<const std::byte> bytes) {
  const SharedFile::Use file(file_);
  if (!writable) fail(Code::permissionDenied, "pwrite", EBADF);
  writeAt(file.number(), offset, bytes);
}

std::unique_ptr<Edit> FileSegment::edit() {
  SharedFile::Use file(file_);
  if (writable) return std::make_unique<FileEdit>(std::move(file), Descriptor());
  const std::string link = "/proc/self/fd/" + std::to_string(file.number());
  Descriptor again(::open(link.c_str(), O_RDWR | O_CLOEXEC));
  if (!again) failErrno("open");
  return std::make_unique<FileEdit>(std::move(file), std::move(again));
}

/// The kernel knows a shared word by its file and offset, through whichever mapping; it alone looks through
/// this one, and answers with EFAULT where there is no page.
int FileSegment::wake(std::uint64_t offset) {
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

void FileSegment::resize(std::uint64_t size) {
  const auto made = edit();
  const int file = static_cast<const FileEdit&>(*made).number();
  const auto old = static_cast<std::uint64_t>(statusOf(file).st_size);
  if (size > old) return reserve(file, 0, old, size - old);
  if (::ftruncate(file, static_cast<off_t>(size)) != 0) failErrno("ftruncate", Code::invalidSize);
}

Route FileSegment::findRoute() {
  const SharedFile::Use file(file_);
  return Route::file;
}

Detached FileSegment::detach(bool) {
  const SharedFile::Use file(file_);
  close();
  return {std::nullopt, false};
}

}  // namespace lens
