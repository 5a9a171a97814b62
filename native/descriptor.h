#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>

namespace lens {

/// An open file, closed at the end of its life; may be empty.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int number() const { return number_; }
  explicit operator bool() const { return number_ >= 0; }

 private:
  int number_ = -1;
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

/// The whole of a /proc file; nullopt with errno where it cannot be read.
std::optional<std::string> readWhole(const char* path);

}  // namespace lens
