#include <sys/sysmacros.h>

#include <charconv>

#include "maps.h"

namespace lens {
namespace {

/// Takes a number and the character after it; false where there is no number.
template <typename Number>
bool take(std::string_view& text, Number& value, int base) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{}) return false;
  text.remove_prefix(std::min(static_cast<std::size_t>(end - text.data()) + 1, text.size()));
  return true;
}

}  // namespace

std::string ofProcess(pid_t pid, std::string_view file) {
  return ("/proc/" + std::to_string(pid) + "/").append(file);
}

std::optional<MapsLine> parseMapsLine(std::string_view line) {
  constexpr std::size_t permissions = 5;
  MapsLine found{};
  unsigned major = 0, minor = 0;
  if (!take(line, found.from, 16) || !take(line, found.to, 16) || line.size() < permissions)
    return std::nullopt;
  found.writable = line[1] == 'w';
  found.shared = line[3] == 's';
  line.remove_prefix(permissions);
  if (!take(line, found.offset, 16) || !take(line, major, 16) || !take(line, minor, 16) ||
      !take(line, found.inode, 10))
    return std::nullopt;
  found.device = makedev(major, minor);
  found.path = line.substr(std::min(line.find_first_not_of(' '), line.size()));
  return found;
}

}  // namespace lens
