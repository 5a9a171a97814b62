/// What the text of proc(5) says: pure functions, which take any text. A number that does not fit is none.
#pragma once

#include <sys/types.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace lens {

/// Takes a number, and the blanks before it, off the text; false where there is none. Not by sscanf(3), which
/// takes longer than the kernel does to write it.
template <typename Number>
bool take(std::string_view& text, Number& number, int base = 10) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  text.remove_prefix(static_cast<std::size_t>(rest - text.data()));
  return error == std::errc();
}

/// Takes these characters off the text; false where it begins otherwise.
inline bool takeText(std::string_view& text, std::string_view begin) {
  const bool there = text.starts_with(begin);
  if (there) text.remove_prefix(begin.size());
  return there;
}

/// Calls `take` with each line of a text, without its end.
template <typename Take>
void eachLine(std::string_view text, Take take) {
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    take(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

/// proc_pid_stat(5). The name may itself hold spaces, line ends and parentheses.
struct StatText {
  /// Of the text that was read.
  std::string_view name;
  char state;
  long threads;
  /// Clock ticks since boot.
  std::uint64_t start;
};
/// nullopt, here and below: it has another form.
std::optional<StatText> parseStat(std::string_view text);

/// proc_pid_status(5), which has the name escaped.
struct StatusText {
  pid_t pid;
  /// What the thread is called in its own pid namespace; absent on kernels before 4.1.
  std::optional<pid_t> innerTid;
  char state;
  unsigned uid;
};
std::optional<StatusText> parseStatus(std::string_view text);

/// proc_pid_syscall(5) of a thread that is in a call.
struct SyscallText {
  unsigned long number, arguments[3];
};
std::optional<SyscallText> parseSyscall(std::string_view text);

/// A line of /proc/sysvipc/shm, which anyone may read, unlike IPC_STAT. A key_t is printed as it is kept:
/// signed.
struct ShmLine {
  int key, shmid;
  unsigned perms;
  std::uint64_t size;
  int creator, last;
  std::uint64_t attaches;
  unsigned uid, gid;
  /// Seconds since the epoch, 0: never; then bytes.
  std::uint64_t attached, detached, changed, resident, swapped;
};
std::optional<ShmLine> parseShmLine(std::string_view line);

/// A line of /proc/sysvipc/sem.
struct SemLine {
  int semid;
  unsigned perms, uid;
};
std::optional<SemLine> parseSemLine(std::string_view line);

/// Bytes that /proc/meminfo says can still be had without ending a process.
std::optional<std::uint64_t> parseAvailableMemory(std::string_view text);

}  // namespace lens
