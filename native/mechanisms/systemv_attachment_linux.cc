#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/uio.h>

#include <algorithm>
#include <cstring>

#include "../descriptor.h"
#include "systemv_linux.h"

namespace lens::systemv {
namespace {

const auto pageSize = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));

#ifndef MADV_POPULATE_WRITE
constexpr int MADV_POPULATE_WRITE = 23;
#endif

/// Copies within our own address space so that a page that cannot be had is an error and no signal. Where
/// process_vm_readv is filtered (containers), our own /proc/self/mem does the same.
bool copyGuarded(std::byte* shared, std::byte* local, std::size_t length, bool write) {
  const iovec here{local, length}, there{shared, length};
  const ssize_t count = write ? ::process_vm_writev(::getpid(), &here, 1, &there, 1, 0)
                              : ::process_vm_readv(::getpid(), &here, 1, &there, 1, 0);
  if (count == static_cast<ssize_t>(length)) return true;
  if (count >= 0 || (errno != EPERM && errno != ENOSYS)) return false;
  const Descriptor memory(::open("/proc/self/mem", (write ? O_WRONLY : O_RDONLY) | O_CLOEXEC));
  const auto at = static_cast<off_t>(reinterpret_cast<std::uintptr_t>(shared));
  const ssize_t again =
      write ? ::pwrite(memory.number(), local, length, at) : ::pread(memory.number(), local, length, at);
  return again == static_cast<ssize_t>(length);
}

bool systemSwaps() {
  struct sysinfo system;
  return ::sysinfo(&system) != 0 || system.totalswap != system.freeswap;
}

}  // namespace

Attachment::Attachment(int shmid, std::uint64_t size, bool writable)
    : shmid_(shmid),
      size_(size),
      address_(static_cast<std::byte*>(::shmat(shmid, nullptr, writable ? 0 : SHM_RDONLY))) {
  if (address_ == reinterpret_cast<std::byte*>(-1)) failErrno("shmat", Code::gone);
}

Attachment::Attachment(Attachment&& other) noexcept
    : shmid_(other.shmid_), size_(other.size_), address_(std::exchange(other.address_, nullptr)) {}

Attachment::~Attachment() {
  if (address_) ::shmdt(address_);
}

int Attachment::wake(std::uint64_t offset) const {
  const long woken = ::syscall(SYS_futex, address_ + offset, FUTEX_WAKE, 1, nullptr, nullptr, 0);
  if (woken < 0) failErrno("futex", Code::invalidSize);
  return static_cast<int>(woken);
}

void Attachment::read(std::uint64_t offset, std::span<std::byte> target) const {
  if (target.empty()) return;
  const std::uint64_t first = offset / pageSize * pageSize;
  const std::uint64_t end = std::min(offset + target.size(), size_);
  std::vector<unsigned char> resident((end - first + pageSize - 1) / pageSize, 1);
  if (::mincore(address_ + first, end - first, resident.data()) != 0) failErrno("mincore");
  const bool complete =
      std::all_of(resident.begin(), resident.end(), [](unsigned char one) { return one & 1; });
  // A page that is not resident is a hole, unless it was swapped out; only then does touching it change
  // nothing.
  bool touch = complete;
  if (!complete && systemSwaps()) {
    const auto used = usage(shmid_);
    touch = !used || used->swapped != 0;
  }
  for (std::uint64_t at = offset; at < end;) {
    const bool here = touch || (resident[(at - first) / pageSize] & 1);
    std::uint64_t stop = at;
    while (stop < end && (touch || (resident[(stop - first) / pageSize] & 1)) == here) {
      stop = std::min(end, (stop / pageSize + 1) * pageSize);
    }
    std::byte* const local = target.data() + (at - offset);
    if (!here) {
      std::memset(local, 0, stop - at);
    } else if (!copyGuarded(address_ + at, local, stop - at, false)) {
      fail(Code::outOfResources, "process_vm_readv", errno);
    }
    at = stop;
  }
}

std::optional<Place> Attachment::nextData(std::uint64_t offset) const {
  // A page that is not resident is a hole, unless it was swapped out.
  if (systemSwaps()) {
    const auto used = usage(shmid_);
    if (!used || used->swapped != 0) return Place{offset, false};
  }
  // Mostly there is something at once; a long hole is worth longer steps, but no stall.
  constexpr std::uint64_t mostPages = 4096, farthest = 1 << 27;
  std::vector<unsigned char> resident(16);
  std::uint64_t at = offset / pageSize * pageSize;
  for (const std::uint64_t end = std::min(size_, at + farthest); at < end;) {
    const std::uint64_t length = std::min(end - at, resident.size() * pageSize);
    if (::mincore(address_ + at, length, resident.data()) != 0) failErrno("mincore");
    for (std::uint64_t page = 0; page * pageSize < length; ++page) {
      if (resident[page] & 1) return Place{std::max(offset, at + page * pageSize)};
    }
    at += length;
    resident.resize(std::min<std::size_t>(resident.size() * 4, mostPages));
  }
  return at < size_ ? std::optional(Place{at}) : std::nullopt;
}

void Attachment::write(std::uint64_t offset, std::span<const std::byte> bytes) const {
  if (bytes.empty()) return;
  const std::uint64_t first = offset / pageSize * pageSize;
  // Fills holes before the first byte is written; kernels before 5.14 answer EINVAL and fill them while
  // writing.
  if (::madvise(address_ + first, offset + bytes.size() - first, MADV_POPULATE_WRITE) != 0 &&
      errno != EINVAL) {
    fail(Code::outOfResources, "madvise", errno);
  }
  auto* const local = const_cast<std::byte*>(bytes.data());
  if (!copyGuarded(address_ + offset, local, bytes.size(), true)) {
    fail(Code::outOfResources, "process_vm_writev", errno);
  }
}

}  // namespace lens::systemv
