#pragma once

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "fail_errno.h"
#include "file_descriptor.h"

namespace lens {

/// A file that several threads use and any of them closes: it stays open until the last use ends, so that no
/// call ever reaches a number that means another file by then. Cheaper than a shared_ptr behind a mutex.
class SharedFile {
 public:
  explicit SharedFile(Descriptor file) : number_(file.release()) {}
  SharedFile(const SharedFile&) = delete;
  SharedFile& operator=(const SharedFile&) = delete;
  ~SharedFile() { end(); }

  /// Keeps the file open for its own life; fails with `closed` after close().
  class Use {
   public:
    explicit Use(SharedFile& file) : file_(&file) {
      if ((file.users_.fetch_add(1) & closed) == 0) return;
      file.leave();
      fail(Code::closed, "close");
    }
    Use(Use&& other) noexcept : file_(std::exchange(other.file_, nullptr)) {}
    Use& operator=(Use&&) = delete;
    ~Use() {
      if (file_) file_->leave();
    }
    int number() const { return file_->number_.load(std::memory_order_relaxed); }

   private:
    SharedFile* file_;
  };

  void close() noexcept {
    if (users_.fetch_or(closed) == 0) end();
  }

 private:
  static constexpr std::uint32_t closed = 1u << 31;

  void leave() noexcept {
    if (users_.fetch_sub(1) == (closed | 1)) end();
  }
  void end() noexcept {
    const int number = number_.exchange(-1);
    if (number >= 0) ::close(number);
  }

  std::atomic<std::uint32_t> users_{0};
  std::atomic<int> number_;
};

/// Opens for reading without moving the access time where the system permits it (owner or CAP_FOWNER).
inline Descriptor openQuietly(const char* path, int flags) {
  Descriptor quiet(::open(path, flags | O_NOATIME | O_CLOEXEC));
  return quiet || errno != EPERM ? std::move(quiet) : Descriptor(::open(path, flags | O_CLOEXEC));
}

/// pread(2) until `target` is full or the file ends; -1 with errno on failure.
inline ssize_t readAt(int file, std::span<std::byte> target, std::uint64_t offset) {
  std::size_t done = 0;
  while (done < target.size()) {
    const ssize_t count =
        ::pread(file, target.data() + done, target.size() - done, static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return -1;
    if (count == 0) break;
    done += static_cast<std::size_t>(count);
  }
  return static_cast<ssize_t>(done);
}

/// lseek(2) to data; nullopt where none follows. Never to the hole after it: on a tmpfs that goes over every
/// page in between, 16 ms for a GiB.
inline std::optional<Place> dataAt(int file, std::uint64_t offset) {
  const off_t found = ::lseek(file, static_cast<off_t>(offset), SEEK_DATA);
  if (found < 0 && errno == ENXIO) return std::nullopt;
  if (found < 0) failErrno("lseek", Code::invalidSize);
  return Place{static_cast<std::uint64_t>(found)};
}

/// The whole of a /proc file; nullopt with errno where it cannot be read.
std::optional<std::string> readWhole(const char* path);

/// Whether errno says of a process, or of what it has, that it is there no more.
inline bool isGone() {
  return errno == ENOENT || errno == ESRCH || errno == ENOTDIR;
}

/// Whether errno says that it is gone or that we may not look: anything else says nothing of it.
inline bool isHidden() {
  return isGone() || errno == EACCES || errno == EPERM;
}

/// readdir(3); null at the end. Of a process that ended meanwhile, there is the end too.
const dirent* nextEntry(DIR* directory);

}  // namespace lens
