#include <dirent.h>
#include <pwd.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <map>
#include <mutex>

#include "descriptor.h"
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

namespace {

std::string ofProcess(pid_t pid, const char* file) {
  return "/proc/" + std::to_string(pid) + "/" + file;
}

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

/// Shmids mean nothing in another ipc namespace, although the lines in maps look alike.
bool sharesNamespace(pid_t pid) {
  struct stat own, theirs;
  if (::stat("/proc/self/ns/ipc", &own) != 0) failErrno("stat");
  if (::stat(ofProcess(pid, "ns/ipc").c_str(), &theirs) == 0)
    return own.st_ino == theirs.st_ino && own.st_dev == theirs.st_dev;
  if (!isHidden()) failErrno("stat");
  return false;
}

/// A line of proc_pid_maps(5): "start-end perms offset major:minor inode   path".
std::optional<Mapping> parseLine(pid_t pid, std::string_view line, std::uint64_t posixDevice) {
  const auto slash = line.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const bool systemV = line.substr(slash).starts_with("/SYSV");
  Mapping mapping{pid, {}, {}, {}, take<std::uint64_t>(line, 16), 0, 0, false};
  skip(line, 1);
  mapping.length = take<std::uint64_t>(line, 16) - mapping.address;
  skip(line, 1);
  mapping.writable = line.size() > 4 && line[1] == 'w' && line[3] == 's';
  skip(line, 5);
  mapping.offset = take<std::uint64_t>(line, 16);
  skip(line, 1);
  const auto major = take<unsigned>(line, 16);
  skip(line, 1);
  const auto minor = take<unsigned>(line, 16);
  skip(line, 1);
  const auto inode = take<std::uint64_t>(line, 10);
  const std::uint64_t device = makedev(major, minor);
  if (systemV && device == kernelMemoryDevice()) {
    mapping.shmid = static_cast<int>(inode);
    return mapping;
  }
  if (device != posixDevice || posixDevice == 0) return std::nullopt;
  mapping.device = device;
  mapping.inode = inode;
  return mapping;
}

std::optional<std::vector<Mapping>> mappings(pid_t pid, std::uint64_t posixDevice) {
  const auto text = readOfProcess(ofProcess(pid, "maps"));
  if (!text) return std::nullopt;
  std::vector<Mapping> found;
  bool systemV = false;
  for (std::string_view rest = *text; !rest.empty();) {
    const auto end = std::min(rest.find('\n'), rest.size());
    if (auto mapping = parseLine(pid, rest.substr(0, end), posixDevice)) {
      systemV = systemV || mapping->shmid;
      found.push_back(*mapping);
    }
    skip(rest, end + 1);
  }
  if (systemV && !sharesNamespace(pid))
    std::erase_if(found, [](const Mapping& one) { return one.shmid.has_value(); });
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

std::optional<std::vector<Mapping>> mappingsOf(pid_t pid) {
  return mappings(pid, sharedMemoryDevice());
}

std::optional<Process> process(pid_t pid) {
  const auto known = stat(pid);
  if (!known) return std::nullopt;
  Process found{pid, known->name, {}, 0, known->start};
  found.commandLine = readOfProcess(ofProcess(pid, "cmdline")).value_or("");
  while (!found.commandLine.empty() && found.commandLine.back() == '\0') found.commandLine.pop_back();
  std::replace(found.commandLine.begin(), found.commandLine.end(), '\0', ' ');
  const std::string status = readOfProcess(ofProcess(pid, "status")).value_or("");
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

Scan scanProcesses(const std::function<bool()>& stop) {
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
    const auto found = mappings(pid, posixDevice);
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
