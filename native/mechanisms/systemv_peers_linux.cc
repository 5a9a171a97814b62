// Reading a System V segment through the mapping of a process that has it attached. The kernel notes every
// attach and detach in IPC_STAT, so a mapping that was verified stays true for as long as those notes stay
// the same.
#include <dirent.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include <algorithm>
#include <cstring>
#include <ctime>

#include "../descriptor.h"
#include "systemv_linux.h"

namespace lens::systemv {
namespace {

const auto pageSize = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
/// Above this, counting a segment's pages costs more than a frame may; such holes are looked up by attaching.
constexpr std::uint64_t mostPagesCounted = 16384;

std::string hexadecimal(std::uint64_t number) {
  char text[17];
  std::snprintf(text, sizeof text, "%llx", static_cast<unsigned long long>(number));
  return text;
}

}  // namespace

/// Whether process_vm_readv can say where that is: it takes an address as long as our own.
bool Peers::addressable(const Place& place) {
  const std::uint64_t end = place.address + place.length;
  return static_cast<std::uintptr_t>(end) == end;
}

bool Peers::search(std::span<const pid_t> pids) {
  std::vector<Mapping> found;
  const auto before = stamp();
  for (const pid_t pid : pids) {
    if (const auto mappings = pid > 0 ? mappingsOf(pid) : std::nullopt) {
      found.insert(found.end(), mappings->begin(), mappings->end());
    }
  }
  keep(found);
  // The search itself proves nothing of now: the next read verifies.
  verified_.reset();
  return before && !places_.empty();
}

bool Peers::searchAll() {
  keep(scanProcesses(false, [] { return false; }).mappings);
  verified_.reset();
  return !places_.empty();
}

void Peers::keep(const std::vector<Mapping>& mappings) {
  places_.clear();
  const std::uint64_t whole = (size_ + pageSize - 1) / pageSize * pageSize;
  for (const Mapping& mapping : mappings) {
    if (mapping.shmid != shmid_ || mapping.offset != 0 || mapping.length != whole) continue;
    const auto known = life(mapping.pid);
    if (!known || known->ended) continue;
    // One mapping of each process is enough.
    const bool again = std::any_of(places_.begin(), places_.end(),
                                   [&](const Place& place) { return place.pid == mapping.pid; });
    if (!again) places_.push_back({mapping.pid, known->start, mapping.address, mapping.length});
    if (places_.size() == 8) return;
  }
}

std::optional<Peers::Stamp> Peers::stamp() const {
  const auto known = status(shmid_);
  if (!known) return std::nullopt;
  return Stamp{known->shm_nattch, known->shm_atime, known->shm_dtime, known->shm_lpid};
}

/// An attach or detach in the very second of the verification could leave the same stamp.
bool Peers::fresh(const Stamp& stamp, time_t second) {
  return stamp.attached >= second || stamp.detached >= second;
}

/// Drops every place that is no longer what it was; true when one is left.
bool Peers::verify(const Stamp& now) {
  timespec time;
  ::clock_gettime(CLOCK_REALTIME_COARSE, &time);
  std::erase_if(places_, [&](const Place& place) {
    const auto known = life(place.pid);
    if (!known || known->ended || known->start != place.start) return true;
    const auto mappings = mappingsOf(place.pid);
    return !mappings || std::none_of(mappings->begin(), mappings->end(), [&](const Mapping& mapping) {
      return mapping.shmid == shmid_ && mapping.address == place.address && mapping.length == place.length &&
             mapping.offset == 0;
    });
  });
  verified_ = now;
  verifiedAt_ = time.tv_sec;
  return !places_.empty() && stamp() == now;
}

void Peers::renew() {
  const auto now = stamp();
  if (!now) places_.clear();
  if (now && (verified_ != now || fresh(*now, verifiedAt_))) verify(*now);
}

bool Peers::used(Lookers& lookers) {
  return std::any_of(places_.begin(), places_.end(), [&](Place& place) {
    if (!place.looks) place.looks = lookers.includes(place.pid);
    return !*place.looks;
  });
}

std::optional<Route> Peers::probe() {
  for (const Place& place : places_) {
    std::byte none;
    if (readFile(place, 0, std::span(&none, 0))) return Route::mapFile;
    if (!addressable(place)) continue;
    // Nothing is mapped at 0: EFAULT says that we may read elsewhere, EPERM that we may not.
    const iovec here{&none, 1}, there{nullptr, 1};
    if (::process_vm_readv(place.pid, &here, 1, &there, 1, 0) < 0 && errno == EFAULT) return Route::peer;
  }
  return std::nullopt;
}

std::optional<Route> Peers::read(std::uint64_t offset, std::span<std::byte> target) {
  for (const Place& place : places_) {
    if (filesForbidden_) break;
    if (readFile(place, offset, target)) return Route::mapFile;
  }
  if (!places_.empty() && readMemory(offset, target)) return Route::peer;
  return std::nullopt;
}

/// Opened for each read: a file kept open would keep the memory after its removal. The inode proves what it
/// is.
bool Peers::readFile(const Place& place, std::uint64_t offset, std::span<std::byte> target) {
  if (filesForbidden_) return false;
  const std::string path = "/proc/" + std::to_string(place.pid) + "/map_files/" + hexadecimal(place.address) +
                           "-" + hexadecimal(place.address + place.length);
  const Descriptor file = openQuietly(path.c_str(), O_RDONLY);
  if (!file) {
    filesForbidden_ = errno == EPERM || errno == EACCES;
    return false;
  }
  struct stat found;
  if (::fstat(file.number(), &found) != 0 || found.st_dev != kernelMemoryDevice() ||
      found.st_ino != static_cast<ino_t>(shmid_)) {
    return false;
  }
  return readAt(file.number(), target, offset) == static_cast<ssize_t>(target.size());
}

bool Peers::readMemory(std::uint64_t offset, std::span<std::byte> target) {
  for (int round = 0; round < 3; ++round) {
    const auto before = stamp();
    if (!before) return false;
    const bool known = verified_ == before && !fresh(*before, verifiedAt_);
    if (!known && !verify(*before)) {
      if (places_.empty()) return false;
      continue;
    }
    if (!copyPages(offset, target)) return false;
    const bool same = stamp() == before;
    if (same && (known || verify(*before))) return true;
  }
  return false;
}

/// For each place which of these pages it has in its page table. Touching those fills nothing.
std::optional<std::vector<std::vector<bool>>> Peers::presence(std::uint64_t firstPage, std::uint64_t count) {
  std::vector<std::vector<bool>> present;
  std::vector<std::uint64_t> entries(count);
  for (const Place& place : places_) {
    const std::string path = "/proc/" + std::to_string(place.pid) + "/pagemap";
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    const std::uint64_t at = (place.address / pageSize + firstPage) * sizeof(std::uint64_t);
    const auto bytes = std::as_writable_bytes(std::span(entries));
    if (!file || readAt(file.number(), bytes, at) != static_cast<ssize_t>(bytes.size())) return std::nullopt;
    auto& pages = present.emplace_back(count);
    // Bits 63 and 62 of pagemap(5): present, swapped.
    for (std::uint64_t page = 0; page < count; ++page) pages[page] = (entries[page] >> 62) != 0;
  }
  return present;
}

/// Proves that the pages that no place has are holes: the places together have every page in use. On success
/// `present` is from within the proof.
bool Peers::restIsHoles(std::vector<std::vector<bool>>& present, std::uint64_t firstPage,
                        std::uint64_t count) {
  const std::uint64_t pages = (size_ + pageSize - 1) / pageSize;
  if (pages > mostPagesCounted) return false;
  const auto before = usage(shmid_);
  if (!before || before->swapped != 0) return false;
  const auto all = presence(0, pages);
  if (!all || usage(shmid_) != before) return false;
  std::uint64_t inUse = 0;
  for (std::uint64_t page = 0; page < pages; ++page) {
    if (std::any_of(all->begin(), all->end(), [&](const auto& one) { return one[page]; })) ++inUse;
  }
  if (inUse * pageSize != before->resident) return false;
  for (std::size_t place = 0; place < present.size(); ++place) {
    for (std::uint64_t page = 0; page < count; ++page) present[place][page] = (*all)[place][firstPage + page];
  }
  return true;
}

bool Peers::copyPages(std::uint64_t offset, std::span<std::byte> target) {
  if (target.empty()) return true;
  const std::uint64_t firstPage = offset / pageSize, end = offset + target.size();
  const std::uint64_t count = (end + pageSize - 1) / pageSize - firstPage;
  auto present = presence(firstPage, count);
  if (!present) return false;
  const std::size_t none = places_.size();
  const auto holder = [&](std::uint64_t page) {
    std::size_t place = 0;
    while (place < none && !(*present)[place][page]) ++place;
    return place;
  };
  bool complete = true;
  for (std::uint64_t page = 0; page < count && complete; ++page) complete = holder(page) != none;
  if (!complete && !restIsHoles(*present, firstPage, count)) return false;
  for (std::uint64_t at = offset; at < end;) {
    const std::size_t place = holder(at / pageSize - firstPage);
    std::uint64_t stop = at;
    while (stop < end && holder(stop / pageSize - firstPage) == place) {
      stop = std::min(end, (stop / pageSize + 1) * pageSize);
    }
    std::byte* const local = target.data() + (at - offset);
    if (place == none) {
      std::memset(local, 0, stop - at);
    } else {
      if (!addressable(places_[place])) return false;
      const iovec here{local, static_cast<std::size_t>(stop - at)};
      const iovec there{reinterpret_cast<void*>(places_[place].address + at), here.iov_len};
      if (::process_vm_readv(places_[place].pid, &here, 1, &there, 1, 0) != static_cast<ssize_t>(stop - at))
        return false;
    }
    at = stop;
  }
  return true;
}

}  // namespace lens::systemv
