#include <dirent.h>
#include <linux/magic.h>
#include <pwd.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <map>
#include <mutex>

#include "descriptor.h"
#include "maps.h"
#include "processes.h"

namespace lens {

std::optional<std::string> readWhole(const char* path) {
  const Descriptor file(::open(path, O_RDONLY | O_CLOEXEC));
  if (!file) return std::nullopt;
  std::string text;
  std::size_t length = 0;
  while (true) {
    if (text.size() - length < 16384) text.resize(std::max<std::size_t>(32768, text.size() * 2));
    const ssize_t count = ::read(file.number(), text.data() + length, text.size() - length);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return std::nullopt;
    if (count == 0) break;
    length += static_cast<std::size_t>(count);
  }
  text.resize(length);
  return text;
}

std::optional<std::string> readOfProcess(pid_t pid, std::string_view file) {
  auto text = readWhole(ofProcess(pid, file).c_str());
  if (!text && !isHidden()) failErrno("open");
  return text;
}

const dirent* nextEntry(DIR* directory) {
  errno = 0;
  const dirent* const entry = ::readdir(directory);
  if (!entry && errno != 0 && !isHidden()) failErrno("readdir");
  return entry;
}

namespace {

template <typename Number>
Number take(std::string_view& text, int base) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{}) return 0;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

void skip(std::string_view& text, std::size_t count) {
  text.remove_prefix(std::min(count, text.size()));
}

std::uint64_t sharedMemoryDevice() {
  struct stat directory;
  if (::stat("/dev/shm", &directory) == 0) return directory.st_dev;
  if (!isHidden()) failErrno("stat");
  return 0;
}

/// What counts as shared memory: `posixDevice`, and with `all` any other that is shared.
struct Scope {
  std::uint64_t posixDevice;
  bool all = false;
  /// The device of /dev/shm as the process has it.
  std::uint64_t elsewhere = 0;
};

/// nullopt: no mapping of shared memory.
std::optional<Mapping> parseLine(pid_t pid, std::string_view text, const Scope& scope) {
  constexpr std::string_view anonymous = "[anon_shmem:";
  // Most lines, of which nothing more has to be known.
  if (text.find('/') == std::string_view::npos &&
      !(scope.all && text.find(anonymous) != std::string_view::npos))
    return std::nullopt;
  const auto line = parseMapsLine(text);
  if (!line || !(line->path.starts_with('/') || (scope.all && line->path.starts_with(anonymous))))
    return std::nullopt;
  const auto& [from, to, offset, device, inode, writable, shared, path] = *line;
  Mapping mapping{pid, {}, {}, {}, from, to - from, offset, shared && writable};
  if (path.starts_with("/SYSV") && device == kernelMemoryDevice()) {
    mapping.shmid = static_cast<int>(inode);
    return mapping;
  }
  const bool named = device == scope.posixDevice && scope.posixDevice != 0;
  const bool other = scope.all && shared && path.find("/sem.") == std::string_view::npos &&
                     (device == kernelMemoryDevice() || path.starts_with("/dev/shm/") ||
                      path.starts_with("/memfd:") || (device == scope.elsewhere && device != 0));
  if (!named && !other) return std::nullopt;
  mapping.device = device;
  mapping.inode = inode;
  return mapping;
}

std::optional<std::vector<Mapping>> mappings(pid_t pid, Scope scope) {
  const auto text = readOfProcess(pid, "maps");
  if (!text) return std::nullopt;
  if (scope.all) scope.elsewhere = sharedMemoryDeviceOf(pid);
  std::vector<Mapping> found;
  bool systemV = false;
  eachLine(*text, [&](std::string_view line) {
    if (auto mapping = parseLine(pid, line, scope)) {
      systemV = systemV || mapping->shmid;
      found.push_back(*mapping);
    }
  });
  if (systemV && !sharesIpcNamespace(pid)) {
    if (!scope.all) std::erase_if(found, [](const Mapping& one) { return one.shmid.has_value(); });
    for (Mapping& one : found) one.shmid.reset();
  }
  return found;
}

/// Fields of proc_pid_stat(5) after the name, which may itself hold spaces and parentheses.
struct Stat {
  std::string name;
  char state;
  long threads;
  std::uint64_t start;
};

std::optional<Stat> stat(pid_t pid) {
  char buffer[1024];
  const Descriptor file(::open(ofProcess(pid, "stat").c_str(), O_RDONLY | O_CLOEXEC));
  ssize_t count = -1;
  do {
    if (file) count = ::read(file.number(), buffer, sizeof buffer);
  } while (file && count < 0 && errno == EINTR);
  // Whoever takes a process for dead may take its lock from it: that is said only where it is known.
  if (count < 0 && !isHidden()) failErrno("open");
  if (count <= 0) return std::nullopt;
  std::string_view text(buffer, static_cast<std::size_t>(count));
  const auto open = text.find('('), close = text.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos) return std::nullopt;
  Stat found{std::string(text.substr(open + 1, close - open - 1)), '?', 0, 0};
  skip(text, close + 2);
  if (!text.empty()) found.state = text[0];
  for (int field = 3; !text.empty(); ++field) {
    if (field == 20) found.threads = take<long>(text, 10);
    if (field == 22) {
      found.start = take<std::uint64_t>(text, 10);
      break;
    }
    skip(text, std::min(text.find(' '), text.size()) + 1);
  }
  return found;
}

double bootTime() {
  timespec real, boot;
  if (::clock_gettime(CLOCK_REALTIME, &real) != 0 || ::clock_gettime(CLOCK_BOOTTIME, &boot) != 0)
    failErrno("clock_gettime");
  return static_cast<double>(real.tv_sec - boot.tv_sec) +
         static_cast<double>(real.tv_nsec - boot.tv_nsec) / 1e9;
}

}  // namespace

std::uint64_t kernelMemoryDevice() {
  static const std::uint64_t device = [] {
    const Descriptor memory(::memfd_create("segment-lens", MFD_CLOEXEC));
    struct stat status;
    return memory && ::fstat(memory.number(), &status) == 0 ? status.st_dev : makedev(0, 1);
  }();
  return device;
}

bool sharesIpcNamespace(pid_t pid) {
  struct stat own, theirs;
  const bool known =
      ::stat("/proc/self/ns/ipc", &own) == 0 && ::stat(ofProcess(pid, "ns/ipc").c_str(), &theirs) == 0;
  if (!known && !isHidden()) failErrno("stat");
  return known && own.st_ino == theirs.st_ino && own.st_dev == theirs.st_dev;
}

std::uint64_t sharedMemoryDeviceOf(pid_t pid) {
  const std::string directory = ofProcess(pid, "root/dev/shm");
  struct statfs system;
  struct stat status;
  const bool known = ::statfs(directory.c_str(), &system) == 0 && system.f_type == TMPFS_MAGIC &&
                     ::stat(directory.c_str(), &status) == 0;
  // Whatever the process has in that place must not stop a scan; that we lack memory says nothing of it.
  if (!known && errno == ENOMEM) failErrno("stat");
  return known ? status.st_dev : 0;
}

std::optional<std::vector<Mapping>> mappingsOf(pid_t pid) {
  return mappings(pid, {sharedMemoryDevice()});
}

std::optional<Process> process(pid_t pid) {
  const auto known = stat(pid);
  if (!known) return std::nullopt;
  Process found{pid, known->name, {}, 0, known->start};
  found.commandLine = readOfProcess(pid, "cmdline").value_or("");
  while (!found.commandLine.empty() && found.commandLine.back() == '\0') found.commandLine.pop_back();
  std::replace(found.commandLine.begin(), found.commandLine.end(), '\0', ' ');
  const std::string status = readOfProcess(pid, "status").value_or("");
  if (const auto at = status.find("\nUid:\t"); at != std::string::npos) {
    std::string_view rest(status.data() + at + 6, status.size() - at - 6);
    found.uid = take<unsigned>(rest, 10);
  }
  return found;
}

std::optional<Life> life(pid_t pid) {
  const auto known = stat(pid);
  if (!known) return std::nullopt;
  static const double ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
  const bool ended = (known->state == 'Z' && known->threads <= 1) || known->state == 'X';
  return Life{known->name, known->start, bootTime() + static_cast<double>(known->start) / ticks, ended};
}

Scan scanProcesses(bool all, const std::function<bool()>& stop) {
  Scan scan;
  const std::uint64_t posixDevice = sharedMemoryDevice();
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir("/proc"), ::closedir);
  if (!directory) failErrno("opendir");
  while (const dirent* entry = nextEntry(directory.get())) {
    if (stop()) break;
    std::string_view text = entry->d_name;
    const auto pid = take<pid_t>(text, 10);
    if (pid <= 0 || !text.empty()) continue;
    errno = 0;
    const auto found = mappings(pid, {posixDevice, all});
    if (!found) {
      struct stat status;
      const bool forbidden = errno == EACCES || errno == EPERM;
      if (forbidden && ::stat(ofProcess(pid, "").c_str(), &status) == 0) scan.denied.push_back(status.st_uid);
      continue;
    }
    if (found->empty()) continue;
    if (auto owner = process(pid)) {
      scan.processes.push_back(std::move(*owner));
      scan.mappings.insert(scan.mappings.end(), found->begin(), found->end());
    }
  }
  return scan;
}

std::string ownerName(unsigned uid) {
  static std::mutex mutex;
  static std::map<unsigned, std::string> known;
  const std::scoped_lock guard(mutex);
  const auto found = known.find(uid);
  if (found != known.end()) return found->second;
  passwd entry;
  passwd* answer = nullptr;
  std::vector<char> buffer(16384);
  const int failed = ::getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &answer);
  const std::string name = answer ? std::string(answer->pw_name) : std::to_string(uid);
  // What could not be asked for now is asked for again.
  if (failed == 0) known[uid] = name;
  return name;
}

}  // namespace lens
