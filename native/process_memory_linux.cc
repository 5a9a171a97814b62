#include "process_memory_linux.h"

#include <dirent.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <algorithm>
#include <climits>
#include <cstdio>

#include "maps.h"
#include "mechanisms/file_segment_linux.h"
#include "proc_text.h"
#include "processes.h"

namespace lens {
namespace {

constexpr std::string_view gone = " (deleted)";

/// A shared mapping, which outlives the text that it was read from.
struct Line {
  std::uint64_t from, to, offset, device, inode;
  bool writable;
  std::string path;
  bool systemV() const { return path.starts_with("/SYSV") && device == kernelMemoryDevice(); }
  std::string mapFile() const {
    char text[40];
    std::snprintf(text, sizeof text, "map_files/%llx-%llx", static_cast<unsigned long long>(from),
                  static_cast<unsigned long long>(to));
    return text;
  }
};

/// By names that the kernel alone gives, or that shm_open(3) does; also in a container, whose paths look the
/// same.
bool isNamedLikeMemory(std::string_view path) {
  constexpr std::string_view shm = "/dev/shm/";
  if (path.starts_with(shm)) return !path.substr(shm.size()).starts_with("sem.");
  return path.starts_with("/memfd:") || path.starts_with("/dev/zero (deleted)") ||
         path.starts_with("/SYSV") || path.starts_with("/anon_hugepage") || path.starts_with("[anon_shmem:");
}

bool isMemory(const Line& line, std::uint64_t elsewhere) {
  return isNamedLikeMemory(line.path) || line.device == kernelMemoryDevice() ||
         (line.device == elsewhere && line.path.find("/sem.") == std::string::npos);
}

/// The shared mappings of memory that are not of a disk.
std::vector<Line> linesOf(pid_t pid) {
  const auto text = readWhole(ofProcess(pid, "maps").c_str());
  if (!text && errno == ESRCH) fail(Code::notFound, "maps", ESRCH);
  if (!text) failErrno("maps");
  const std::uint64_t elsewhere = sharedMemoryDeviceOf(pid);
  std::vector<Line> found;
  eachLine(*text, [&](std::string_view one) {
    const auto read = parseMapsLine(one);
    if (!read || !read->shared) return;
    Line line{read->from,  read->to,       read->offset,           read->device,
              read->inode, read->writable, std::string(read->path)};
    if (isMemory(line, elsewhere)) found.push_back(std::move(line));
  });
  return found;
}

/// Open descriptors whose links look like memory, or like one of `paths`: others are not even asked for,
/// because a file of a network may let us wait.
template <typename Take>
void eachDescriptor(pid_t pid, const std::vector<Line>& lines, Take take) {
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(ofProcess(pid, "fd").c_str()), ::closedir);
  if (!directory && !isHidden()) failErrno("opendir");
  if (!directory) return;
  while (const dirent* entry = nextEntry(directory.get())) {
    if (entry->d_name[0] == '.') continue;
    char link[PATH_MAX];
    const ssize_t length = ::readlinkat(::dirfd(directory.get()), entry->d_name, link, sizeof link);
    // The path of what is no memory may be longer than the kernel tells.
    if (length < 0 && !isHidden() && errno != ENAMETOOLONG) failErrno("readlinkat");
    if (length <= 0) continue;
    const std::string_view path(link, static_cast<std::size_t>(length));
    const bool known =
        isNamedLikeMemory(path) ||
        std::any_of(lines.begin(), lines.end(), [&](const Line& one) { return one.path == path; });
    struct stat status;
    if (!known) continue;
    if (::fstatat(::dirfd(directory.get()), entry->d_name, &status, 0) != 0) {
      if (!isGone()) failErrno("fstatat");
      continue;
    }
    if (S_ISREG(status.st_mode)) take(std::string("fd/").append(entry->d_name), path, status);
  }
}

/// Whether these are files of a memory file system: nothing else is opened, whatever an address says.
bool isMemoryFile(int file) {
  struct statfs system;
  if (::fstatfs(file, &system) != 0) failErrno("fstatfs");
  return system.f_type == TMPFS_MAGIC || static_cast<unsigned long>(system.f_type) == HUGETLBFS_MAGIC;
}

/// A way to the object, and why it was none.
struct Attempt {
  Descriptor found;
  std::optional<Error> refusal;
};

/// O_PATH touches nothing, whatever lies there by now.
Attempt attempt(const std::string& link, const char* call, std::uint64_t device, std::uint64_t inode) {
  try {
    Descriptor found(::open(link.c_str(), O_PATH | O_CLOEXEC));
    if (!found && isGone()) return {};
    if (!found) failErrno(call);
    const struct stat status = statusOf(found.number());
    const bool same = S_ISREG(status.st_mode) && status.st_dev == device && status.st_ino == inode &&
                      isMemoryFile(found.number());
    return same ? Attempt{std::move(found), std::nullopt} : Attempt{};
  } catch (const Error& error) {
    return {Descriptor(), error};
  }
}

/// By a descriptor, else through a mapping, else by the name that it has in the file system of the process.
Attempt findIn(pid_t pid, const std::vector<Line>& lines, std::uint64_t device, std::uint64_t inode,
               bool systemV) {
  Attempt best;
  const auto take = [&](const std::string& link, const char* call) {
    if (best.found) return;
    Attempt next = attempt(ofProcess(pid, link), call, device, inode);
    if (next.found || next.refusal) best = std::move(next);
  };
  if (!systemV) {
    eachDescriptor(pid, lines, [&](const std::string& link, std::string_view, const struct stat& status) {
      if (status.st_dev == device && status.st_ino == inode) take(link, "fd");
    });
  }
  for (const Line& line : lines) {
    if (line.device != device || line.inode != inode || line.systemV() != systemV) continue;
    if (!best.found && line.path.starts_with('/') && !line.path.ends_with(gone))
      take("root" + line.path, "root");
    if (!best.found) take(line.mapFile(), "map_files");
  }
  return best;
}

/// Fails where it cannot be opened for reading.
void checkReadable(const Descriptor& found) {
  const std::string link = "/proc/self/fd/" + std::to_string(found.number());
  if (::faccessat(AT_FDCWD, link.c_str(), R_OK, AT_EACCESS) != 0) failErrno("open");
}

void describe(pid_t pid, const std::vector<Line>& lines, SharedObject& object) {
  const Attempt way = findIn(pid, lines, object.device, object.inode, object.systemV);
  object.refusal = way.refusal;
  if (!way.found) {
    if (!object.refusal) object.refusal = Error{Code::notFound, "map_files", 0};
    return;
  }
  try {
    object.info = describeFile("process", std::nullopt, statusOf(way.found.number()), false);
    checkReadable(way.found);
  } catch (const Error& error) {
    object.refusal = error;
  }
}

}  // namespace

SharedObjects sharedObjects(pid_t pid) {
  const auto before = life(pid);
  if (!before || before->ended) fail(Code::notFound, "process", ESRCH);
  SharedObjects found{before->start, {}};
  auto& objects = found.objects;
  const bool ours = sharesIpcNamespace(pid);
  const auto known = [&](std::uint64_t device, std::uint64_t inode, bool systemV) {
    return std::find_if(objects.begin(), objects.end(), [&](const SharedObject& one) {
      return one.device == device && one.inode == inode && one.systemV == systemV;
    });
  };
  const auto lines = linesOf(pid);
  for (const Line& line : lines) {
    auto at = known(line.device, line.inode, line.systemV());
    if (at == objects.end())
      at = objects.insert(at, SharedObject{line.device, line.inode, line.systemV(), line.path, line.from});
    at->ours = ours;
    at->writable = at->writable || line.writable;
    at->mapped = std::max(at->mapped, line.offset + (line.to - line.from));
  }
  eachDescriptor(pid, lines, [&](const std::string&, std::string_view path, const struct stat& status) {
    if (known(status.st_dev, status.st_ino, false) == objects.end())
      objects.push_back(SharedObject{status.st_dev, status.st_ino, false, std::string(path)});
  });
  for (SharedObject& object : objects) describe(pid, lines, object);
  const auto after = life(pid);
  if (!after || after->start != before->start) fail(Code::notFound, "process", ESRCH);
  return found;
}

Descriptor findShared(const ProcessObject& object) {
  if (!runs(object)) fail(Code::notFound, "process", ESRCH);
  const std::uint64_t device = object.systemV ? kernelMemoryDevice() : object.device;
  Attempt way = findIn(object.pid, linesOf(object.pid), device, object.inode, object.systemV);
  if (way.refusal) throw *way.refusal;
  // A process that ended meanwhile has given its number, and what we found, to another.
  if (!way.found || !runs(object)) fail(Code::notFound, "process", ENOENT);
  return std::move(way.found);
}

Descriptor reopen(const Descriptor& found, int flags) {
  Descriptor open = openQuietly(("/proc/self/fd/" + std::to_string(found.number())).c_str(), flags);
  if (!open) failErrno("open");
  return open;
}

bool runs(const ProcessObject& object) {
  const auto found = life(object.pid);
  return found && !found->ended && found->start == object.start;
}

}  // namespace lens
