/// The contract between the addon and the operating system: keys, what the system says of segments and locks,
/// open segments, semaphores, and the mechanisms that provide them. Nothing here knows JavaScript.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lens {

/// The closed set of failures; `name` in error.cc gives the text used in TypeScript.
enum class Code {
  notFound,
  permissionDenied,
  alreadyExists,
  invalidKey,
  invalidSize,
  outOfResources,
  busy,
  conflict,
  gone,
  unsupported,
  closed,
  unknown,
};

/// A failure: what it means, the call that failed as in its manual page, and that call's errno (0: ours).
struct Error {
  Code code;
  const char* call;
  int number;
};

std::string_view name(Code code);
[[noreturn]] void fail(Code code, const char* call, int number = 0);
/// What is being caught, as an Error: for the end of a thread, which nothing may leave. Only inside a catch.
Error caught();

/// A name of the system: of POSIX with its leading slash (shm_open(3), sem_open(3)), of Windows with or
/// without its namespace.
struct ObjectName {
  std::string name;
};
/// A key file: ftok(3) of `path` and `project` (1..255); `semnum`: which of a set of semaphores.
struct KeyFile {
  std::string path;
  int project;
  unsigned short semnum = 0;
};
/// A key_t, never IPC_PRIVATE.
struct KeyNumber {
  std::int32_t number;
  unsigned short semnum = 0;
};
/// A shmid or a semid.
struct SystemId {
  int id;
  unsigned short semnum = 0;
};
/// Shared memory that a process has. `start` tells the process from a later one of that number
/// (Process::start); `systemV`: `inode` is the shmid in the ipc namespace of the process, and `device` means
/// nothing.
struct ProcessObject {
  pid_t pid;
  std::uint64_t start, device, inode;
  bool systemV;
};
using Key = std::variant<ObjectName, KeyFile, KeyNumber, SystemId, ProcessObject>;

/// What the system says of a segment; absent where it keeps no such thing. Times are ms since the epoch.
struct Info {
  std::string_view mechanism;
  std::optional<std::string> name;
  std::optional<std::uint64_t> device, inode;
  std::optional<std::int64_t> shmid, key;
  std::uint64_t size = 0, allocated = 0;
  unsigned mode = 0, uid = 0, gid = 0;
  std::optional<std::int64_t> creatorPid, lastPid, attachCount;
  bool removed = false;
  std::optional<double> accessedMs, modifiedMs, changedMs, detachedMs;
  bool operator==(const Info&) const = default;
};

/// The short form of Info for every frame.
struct State {
  std::uint64_t size;
  bool removed;
  std::optional<std::int64_t> attachCount;
  /// Bytes of memory, swap included; absent where it costs more than the rest to know.
  std::optional<std::uint64_t> allocated = std::nullopt;
};

enum class Route { file, mapFile, peer, own, momentary };
enum class Access { observe, attach };

struct Detached {
  std::optional<std::int64_t> remaining;
  bool removedSegment;
};

/// Bytes from `offset`, `length` of them.
struct Extent {
  std::uint64_t offset, length;
  bool operator==(const Extent&) const = default;
};

/// Where something may be. `told`: the system told that it is no hole.
struct Place {
  std::uint64_t offset;
  bool told = true;
};

/// A way to the bytes for comparing and writing, made ready before a lock is taken so that it is held for the
/// copies alone.
class Edit {
 public:
  Edit() = default;
  Edit(const Edit&) = delete;
  Edit& operator=(const Edit&) = delete;
  virtual ~Edit() = default;
  /// Fills `target` or fails with `invalid-size`.
  virtual void read(std::uint64_t offset, std::span<std::byte> target) = 0;
  /// All or, before the first byte, an error.
  virtual void write(std::uint64_t offset, std::span<const std::byte> bytes) = 0;
};

/// An open segment. Safe to use from several threads; after close() every call fails with `closed`.
class Segment {
 public:
  Segment(Access access, bool writable, std::string identity)
      : access(access), writable(writable), identity(std::move(identity)) {}
  Segment(const Segment&) = delete;
  Segment& operator=(const Segment&) = delete;
  virtual ~Segment() = default;

  const Access access;
  const bool writable;
  const std::string identity;

  virtual Route route() const = 0;
  virtual Info info() = 0;
  virtual State state() = 0;
  /// Bytes copied, short at the end of the segment. Holes read as zeros and stay holes.
  virtual std::size_t read(std::uint64_t offset, std::span<std::byte> target) = 0;
  /// The first byte at or after `offset` that may be anything but a hole; nullopt where only holes follow.
  /// Where the system does not tell, everything may be something. May tell of a place within a hole where
  /// finding out more would take long. Touches nothing.
  virtual std::optional<Place> nextData(std::uint64_t offset) = 0;
  /// All or, before the first byte, an error.
  virtual void write(std::uint64_t offset, std::span<const std::byte> bytes) = 0;
  /// Needs permission to write, not a segment opened for writing. Valid while this segment lives.
  virtual std::unique_ptr<Edit> edit() = 0;
  /// futex(2), FUTEX_WAKE: lets one thread look again that waits for the word at `offset`, a multiple of 4.
  /// How many there were, 0 or 1. Needs no permission to write.
  virtual int wake(std::uint64_t offset) = 0;
  virtual void resize(std::uint64_t size) = 0;
  /// Searches every process for a better route. Slow: for a thread of its own.
  virtual Route findRoute() = 0;
  virtual Detached detach(bool removeIfLast) = 0;
  virtual void close() noexcept = 0;
};

struct Opening {
  Access access;
  bool write;
  bool lastDetachRemoves;
};

/// What a semaphore says, unjudged.
struct Peek {
  bool exists = false, readable = false;
  std::optional<std::string> identity;
  std::optional<std::int64_t> value, maximum, waiters, lastPid;
  bool lastPidAlive = false, abandoned = false;
  std::optional<std::string> lastPidName;
  std::optional<unsigned> mode, uid;
  bool operator==(const Peek&) const = default;
};

/// Looks at one lock again and again, for less than as many first looks. Keeps what it looks through open
/// until its end. For one thread at a time.
class Look {
 public:
  Look() = default;
  Look(const Look&) = delete;
  Look& operator=(const Look&) = delete;
  virtual ~Look() = default;
  /// Value, waiters and who used it last are of now. What else is said of it, as which semaphore the key
  /// leads to and whether that process lives, is at most `mostAge` old. The same object each time.
  virtual const Peek& peek() = 0;

 protected:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::milliseconds mostAge{100};
};

/// An open semaphore of which this object may hold one count.
class Semaphore {
 public:
  Semaphore() = default;
  Semaphore(const Semaphore&) = delete;
  Semaphore& operator=(const Semaphore&) = delete;
  virtual ~Semaphore() = default;
  /// Waits at most `slice`; true when taken. `gone` when the semaphore was removed.
  virtual bool wait(std::chrono::milliseconds slice) = 0;
  virtual void post() = 0;
  /// The call that waits, for errors.
  virtual const char* waitCall() const = 0;
  /// Makes a lock that no live process can hold usable again. Only where no segment exists.
  virtual void revive() = 0;
  /// Makes it 1 where its value still is `value` and, where told, `lastPid` was still the last to use it:
  /// else `conflict`. `busy` where a process that lives is known to hold it. Gives the value that it has
  /// afterwards.
  virtual std::int64_t reset(std::int64_t value, std::optional<std::int64_t> lastPid) = 0;
  /// Takes away what opening it created: for a creation that failed.
  virtual void discard() noexcept = 0;
};

struct OpenedLock {
  std::unique_ptr<Semaphore> semaphore;
  bool created;
};

struct Limits {
  std::optional<std::uint64_t> maximumSize, free, maximumSegments;
};

/// One way in which an operating system shares memory. Each is one object, made and registered by its own
/// file.
class Mechanism {
 public:
  explicit Mechanism(std::string_view name);
  Mechanism(const Mechanism&) = delete;
  Mechanism& operator=(const Mechanism&) = delete;
  virtual ~Mechanism() = default;

  const std::string_view name;

  virtual std::vector<Info> list() const = 0;
  virtual Info info(const Key& key) const = 0;
  /// Whether `key` leads to a segment now. Touches nothing.
  virtual bool exists(const Key& key) const = 0;
  virtual std::shared_ptr<Segment> open(const Key& key, const Opening& opening) const = 0;
  /// Makes and attaches a segment; where it fails nothing is left.
  virtual std::shared_ptr<Segment> create(const Key& key, std::uint64_t size, unsigned mode) const = 0;
  virtual void remove(const Key& key, std::string_view identity) const = 0;

  /// Looks at nothing yet, but for the form of the key.
  virtual std::unique_ptr<Look> look(const Key& key) const = 0;
  /// All of now.
  Peek peek(const Key& key) const { return look(key)->peek(); }
  /// With `create`, makes it with value 1 where it does not exist; an existing one is never changed.
  virtual OpenedLock openLock(const Key& key, bool create) const = 0;
  virtual void removeLock(const Key& key) const = 0;

  virtual Limits limits() const = 0;
};

/// ftok(3) of a key file, for the mechanisms that use one. `not-found`, `invalid-key` as there.
std::int32_t numberOfFile(const KeyFile& file);

/// The registered mechanism of that name; `unsupported` where this system has none.
const Mechanism& mechanism(std::string_view name);
/// The mechanism that understands `key`.
const Mechanism& mechanism(const Key& key);

}  // namespace lens
