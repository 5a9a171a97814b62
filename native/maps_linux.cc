#include <sys/sysmacros.h>

#include "maps.h"
#include "proc_text.h"

namespace lens {

std::optional<MapsLine> parseMapsLine(std::string_view line) {
  constexpr std::size_t permissions = 4;
  MapsLine found{};
  unsigned major = 0, minor = 0;
  if (!take(line, found.from, 16) || !takeText(line, "-") || !take(line, found.to, 16) ||
      !takeText(line, " ") || found.to < found.from || line.size() < permissions)
    return std::nullopt;
  found.writable = line[1] == 'w';
  found.shared = line[3] == 's';
  line.remove_prefix(permissions);
  if (!take(line, found.offset, 16) || !take(line, major, 16) || !takeText(line, ":") ||
      !take(line, minor, 16) || !take(line, found.inode))
    return std::nullopt;
  found.device = makedev(major, minor);
  found.path = line.substr(std::min(line.find_first_not_of(' '), line.size()));
  return found;
}

std::optional<Mapping> parseSharedMapping(pid_t pid, std::string_view text, const SharedScope& scope) {
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
  if (path.starts_with("/SYSV") && device == scope.kernelDevice) {
    mapping.shmid = static_cast<int>(inode);
    return mapping;
  }
  const bool named = device == scope.posixDevice && scope.posixDevice != 0;
  const bool other = scope.all && shared && path.find("/sem.") == std::string_view::npos &&
                     (device == scope.kernelDevice || path.starts_with("/dev/shm/") ||
                      path.starts_with("/memfd:") || (device == scope.elsewhere && device != 0));
  if (!named && !other) return std::nullopt;
  mapping.device = device;
  mapping.inode = inode;
  return mapping;
}

std::optional<std::string_view> semaphoreFileOf(std::string_view path) {
  constexpr std::string_view gone = " (deleted)";
  if (!takeText(path, "/dev/shm/") || !path.starts_with("sem.")) return std::nullopt;
  if (path.ends_with(gone)) path.remove_suffix(gone.size());
  return path;
}

}  // namespace lens
