/// What proc(5) has of one process: the paths of its files, and the lines of its maps.
#pragma once

#include <sys/types.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lens {

/// "/proc/PID/FILE".
std::string ofProcess(pid_t pid, std::string_view file);

/// The whole of "/proc/PID/FILE": nullopt where it is hidden (isHidden()), with errno; fails where anything
/// else is the reason.
std::optional<std::string> readOfProcess(pid_t pid, std::string_view file);

/// A line of proc_pid_maps(5): "start-end perms offset major:minor inode   path".
struct MapsLine {
  std::uint64_t from, to, offset, device, inode;
  bool writable, shared;
  /// Of the text that was read; empty where the mapping has none.
  std::string_view path;
};
/// nullopt: it has another form.
std::optional<MapsLine> parseMapsLine(std::string_view line);

/// Calls `take` with each line of a text, without its end.
template <typename Take>
void eachLine(std::string_view text, Take take) {
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    take(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

}  // namespace lens
