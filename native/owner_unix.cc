// Whose number it is: getpwuid_r(3), of Linux and macOS.
#include <pwd.h>

#include <map>
#include <mutex>

#include "processes.h"

namespace lens {

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
