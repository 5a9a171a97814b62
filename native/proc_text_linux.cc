#include "proc_text.h"

namespace lens {
namespace {

/// What follows `name` in a text of such lines, up to the end of its line; empty where there is none.
std::string_view field(std::string_view text, std::string_view name) {
  const auto at = text.find(name);
  if (at == std::string_view::npos) return {};
  const auto rest = text.substr(at + name.size());
  return rest.substr(0, rest.find('\n'));
}

/// Takes what stands before the next space, and that space.
void skipWord(std::string_view& text) {
  const auto end = std::min(text.find(' '), text.size());
  text.remove_prefix(std::min(end + 1, text.size()));
}

}  // namespace

std::optional<StatText> parseStat(std::string_view text) {
  const auto open = text.find('('), close = text.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) return std::nullopt;
  StatText found{text.substr(open + 1, close - open - 1), 0, 0, 0};
  text.remove_prefix(std::min(close + 2, text.size()));
  if (text.empty()) return std::nullopt;
  found.state = text[0];
  constexpr int state = 3, threads = 20, start = 22;
  for (int at = state; at < threads; ++at) skipWord(text);
  if (!take(text, found.threads)) return std::nullopt;
  for (int at = threads; at < start; ++at) skipWord(text);
  return take(text, found.start) ? std::optional(found) : std::nullopt;
}

std::optional<StatusText> parseStatus(std::string_view text) {
  StatusText found{};
  auto pid = field(text, "\nTgid:\t"), uid = field(text, "\nUid:\t");
  const auto state = field(text, "\nState:\t");
  if (!take(pid, found.pid) || !take(uid, found.uid) || state.empty()) return std::nullopt;
  found.state = state[0];
  // The last of the numbers is the innermost namespace's.
  auto inner = field(text, "\nNSpid:\t");
  for (pid_t tid; take(inner, tid);) found.innerTid = tid;
  return found;
}

std::optional<SyscallText> parseSyscall(std::string_view text) {
  SyscallText found;
  if (!take(text, found.number)) return std::nullopt;
  for (auto& argument : found.arguments) {
    if (!takeText(text, " 0x") || !take(text, argument, 16)) return std::nullopt;
  }
  return found;
}

std::optional<ShmLine> parseShmLine(std::string_view line) {
  ShmLine found;
  unsigned creatorUid, creatorGid;
  const bool whole = take(line, found.key) && take(line, found.shmid) && take(line, found.perms, 8) &&
                     take(line, found.size) && take(line, found.creator) && take(line, found.last) &&
                     take(line, found.attaches) && take(line, found.uid) && take(line, found.gid) &&
                     take(line, creatorUid) && take(line, creatorGid) && take(line, found.attached) &&
                     take(line, found.detached) && take(line, found.changed) && take(line, found.resident) &&
                     take(line, found.swapped);
  return whole ? std::optional(found) : std::nullopt;
}

std::optional<SemLine> parseSemLine(std::string_view line) {
  SemLine found;
  int key;
  unsigned count;
  const bool whole = take(line, key) && take(line, found.semid) && take(line, found.perms, 8) &&
                     take(line, count) && take(line, found.uid);
  return whole ? std::optional(found) : std::nullopt;
}

std::optional<std::uint64_t> parseAvailableMemory(std::string_view text) {
  std::uint64_t memory, swap;
  auto available = field(text, "\nMemAvailable:"), free = field(text, "\nSwapFree:");
  if (!take(available, memory) || !take(free, swap)) return std::nullopt;
  return (memory + swap) * 1024;
}

}  // namespace lens
