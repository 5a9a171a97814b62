#include <dirent.h>
#include <linux/magic.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

#include <algorithm>

#include "descriptor.h"
#include "maps.h"
#include "proc_text.h"

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

std::string ofProcess(pid_t pid, std::string_view file) {
  return ("/proc/" + std::to_string(pid) + "/").append(file);
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

std::uint64_t sharedMemoryDevice() {
  struct stat directory;
  if (::stat("/dev/shm", &directory) == 0) return directory.st_dev;
  if (!isHidden()) failErrno("stat");
  return 0;
}

std::optional<std::vector<Mapping>> mappings(pid_t pid, SharedScope scope) {
  const auto text = readOfProcess(pid, "maps");
  if (!text) return std::nullopt;
  if (scope.all) scope.elsewhere = sharedMemoryDeviceOf(pid);
  std::vector<Mapping> found;
  bool systemV = false;
  eachLine(*text, [&](std::string_view line) {
    if (auto mapping = parseSharedMapping(pid, line, scope)) {
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

/// The text of proc_pid_stat(5), which one read gives.
class StatFile {
 public:
  explicit StatFile(pid_t pid) {
    const Descriptor file(::open(ofProcess(pid, "stat").c_str(), O_RDONLY | O_CLOEXEC));
    do {
      if (file) count_ = ::read(file.number(), buffer_, sizeof buffer_);
    } while (file && count_ < 0 && errno == EINTR);
    // Whoever takes a process for dead may take its lock from it: that is said only where it is known.
    if (count_ < 0 && !isHidden()) failErrno("open");
  }
  /// nullopt: there is no such process.
  std::optional<StatText> parse() const {
    return count_ > 0 ? parseStat({buffer_, static_cast<std::size_t>(count_)}) : std::nullopt;
  }

 private:
  char buffer_[1024];
  ssize_t count_ = -1;
};

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
  return mappings(pid, {sharedMemoryDevice(), kernelMemoryDevice()});
}

std::optional<Process> process(pid_t pid) {
  const StatFile file(pid);
  const auto known = file.parse();
  if (!known) return std::nullopt;
  Process found{pid, std::string(known->name), {}, 0, known->start};
  found.commandLine = readOfProcess(pid, "cmdline").value_or("");
  while (!found.commandLine.empty() && found.commandLine.back() == '\0') found.commandLine.pop_back();
  std::replace(found.commandLine.begin(), found.commandLine.end(), '\0', ' ');
  if (const auto status = parseStatus(readOfProcess(pid, "status").value_or(""))) found.uid = status->uid;
  return found;
}

std::optional<Life> life(pid_t pid) {
  const StatFile file(pid);
  const auto known = file.parse();
  if (!known) return std::nullopt;
  static const double ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
  const bool ended = (known->state == 'Z' && known->threads <= 1) || known->state == 'X';
  return Life{std::string(known->name), known->start, bootTime() + static_cast<double>(known->start) / ticks,
              ended};
}

Scan scanProcesses(bool all, const std::function<bool()>& stop) {
  Scan scan;
  const std::uint64_t posixDevice = sharedMemoryDevice();
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir("/proc"), ::closedir);
  if (!directory) failErrno("opendir");
  while (const dirent* entry = nextEntry(directory.get())) {
    if (stop()) break;
    std::string_view text = entry->d_name;
    pid_t pid = 0;
    if (!take(text, pid) || pid <= 0 || !text.empty()) continue;
    errno = 0;
    const auto found = mappings(pid, {posixDevice, kernelMemoryDevice(), all});
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

}  // namespace lens
