/// The parts of the System V mechanism on Linux, one file each: segments, routes to their bytes.
#pragma once

#include <sys/shm.h>

#include <chrono>
#include <mutex>

#include "../processes.h"
#include "systemv.h"

namespace lens::systemv {

/// IPC_STAT; nullopt where the segment no longer exists.
std::optional<shmid_ds> status(int shmid);

/// Which processes attach and detach in order to look: those that have this addon loaded, as other windows
/// do. Their moments are in a segment's notes like anyone's, and must not pass for programs that came and
/// went.
class Lookers {
 public:
  /// Whether `pid` is ours or another window's. A process that is gone or hidden is none.
  bool includes(pid_t pid);

 private:
  pid_t pid_ = 0;
  bool looks_ = false;
};

/// The attaches that one look may be: the kernel counts it twice for an instant (shmat in ipc/shm.c).
constexpr unsigned long mostInMoment = 2;
/// IPC_STAT once nobody has the segment attached, or as it is after `patience`.
std::optional<shmid_ds> afterMoments(int shmid, std::chrono::microseconds patience);
/// How long a look may last: of a process that runs, and of one that may be interrupted in it.
constexpr std::chrono::microseconds shortMoment{200}, longMoment{20'000};

/// A line of /proc/sysvipc/shm: memory in use, in bytes.
struct Usage {
  std::uint64_t resident, swapped;
  bool operator==(const Usage&) const = default;
};
std::optional<Usage> usage(int shmid);

/// Our own mapping of a segment for the life of this object. Copies never raise a signal and never fill a
/// hole.
class Attachment {
 public:
  Attachment(int shmid, std::uint64_t size, bool writable);
  Attachment(Attachment&& other) noexcept;
  Attachment& operator=(Attachment&&) = delete;
  ~Attachment();
  /// `offset` and length within the segment.
  void read(std::uint64_t offset, std::span<std::byte> target) const;
  void write(std::uint64_t offset, std::span<const std::byte> bytes) const;
  /// As of Segment.
  int wake(std::uint64_t offset) const;
  /// As of Segment. A swapped-out page is data.
  std::optional<Place> nextData(std::uint64_t offset) const;

 private:
  int shmid_;
  std::uint64_t size_;
  std::byte* address_;
};

/// Other processes' mappings of one segment, through which it is read without leaving a trace in it.
class Peers {
 public:
  Peers(int shmid, std::uint64_t size) : shmid_(shmid), size_(size) {}
  /// Searches these processes; true when there is a mapping to read through.
  bool search(std::span<const pid_t> pids);
  bool searchAll();
  /// Goes on with what another search found.
  void take(Peers&& other) { places_ = std::move(other.places_), verified_.reset(); }
  /// Sees whether those that were found still have it attached; for where no read has just done so. Touches
  /// no page.
  void renew();
  /// Whether one of those that were found, as read() or renew() saw it last, has it attached other than to
  /// look.
  bool used(Lookers& lookers);
  /// Whether and how a read would go now. Touches no page.
  std::optional<Route> probe();
  /// Reads within the segment; nullopt when no peer can answer truthfully: then nothing was touched.
  std::optional<Route> read(std::uint64_t offset, std::span<std::byte> target);

 private:
  struct Place {
    pid_t pid;
    std::uint64_t start, address, length;
    /// nullopt: nobody has asked yet. Reading the maps of a window takes longer than a look may.
    std::optional<bool> looks{};
  };
  /// What changes in IPC_STAT whenever anyone attaches or detaches.
  struct Stamp {
    std::uint64_t attaches;
    time_t attached, detached;
    pid_t last;
    bool operator==(const Stamp&) const = default;
  };

  void keep(const std::vector<Mapping>& mappings);
  static bool addressable(const Place& place);
  bool readFile(const Place& place, std::uint64_t offset, std::span<std::byte> target);
  bool readMemory(std::uint64_t offset, std::span<std::byte> target);
  bool copyPages(std::uint64_t offset, std::span<std::byte> target);
  std::optional<std::vector<std::vector<bool>>> presence(std::uint64_t firstPage, std::uint64_t count);
  bool restIsHoles(std::vector<std::vector<bool>>& present, std::uint64_t firstPage, std::uint64_t count);
  std::optional<Stamp> stamp() const;
  bool verify(const Stamp& now);
  static bool fresh(const Stamp& stamp, time_t second);

  const int shmid_;
  const std::uint64_t size_;
  std::vector<Place> places_;
  std::optional<Stamp> verified_;
  time_t verifiedAt_ = 0;
  bool filesForbidden_ = false;
};

}  // namespace lens::systemv
