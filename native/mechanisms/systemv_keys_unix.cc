// Keys of System V objects and their files (ftok(3)), of Linux and macOS.
#include <fcntl.h>
#include <sys/ipc.h>
#include <unistd.h>

#include <cerrno>

#include "../fail_errno.h"
#include "../file_descriptor.h"
#include "systemv.h"

namespace lens {

std::int32_t numberOfFile(const KeyFile& file) {
  const std::string& path = file.path;
  if (path.empty() || path[0] != '/' || path.find('\0') != path.npos) fail(Code::invalidKey, "ftok", EINVAL);
  if (file.project < 1 || file.project > 255) fail(Code::invalidKey, "ftok", EINVAL);
  const key_t number = ::ftok(path.c_str(), file.project);
  if (number == -1) failErrno("ftok");
  return number;
}

}  // namespace lens

namespace lens::systemv {

key_t numberOf(const Key& key) {
  if (const auto* file = std::get_if<KeyFile>(&key)) return numberOfFile(*file);
  const auto* number = std::get_if<KeyNumber>(&key);
  if (!number || number->number == IPC_PRIVATE) fail(Code::invalidKey, "shmget", EINVAL);
  return number->number;
}

MadeFile::MadeFile(const Key& key) {
  const auto* file = std::get_if<KeyFile>(&key);
  if (!file) return;
  try {
    numberOfFile(*file);
  } catch (const Error& error) {
    if (error.code != Code::notFound) throw;
    const Descriptor made(::open(file->path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640));
    if (made) path_ = file->path;
    if (!made && errno != EEXIST) failErrno("open");
  }
}

void MadeFile::discard() noexcept {
  if (!path_.empty()) ::unlink(path_.c_str());
  path_.clear();
}

}  // namespace lens::systemv
